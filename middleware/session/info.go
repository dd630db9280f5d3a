package session

import "time"

// ID returns what names the session in logs, or "" for one that has not been
// stored. It is not the cookie's value, and nobody can make that of it.
func (s *Session) ID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	switch {
	case s.at.key != "":
		return keyID(s.at.key)
	case s.at.known() && s.rec.id != [idLen]byte{}:
		return base64url.EncodeToString(s.rec.id[:9])
	}
	return ""
}

// keyID is long enough to tell sessions apart and too short to find one.
func keyID(key string) string { return key[:12] }

// IsNew reports whether the request brought no session.
func (s *Session) IsNew() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	return !s.at.known()
}

// User returns whose session it is, by Bind, or "".
func (s *Session) User() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	return s.rec.user
}

// Created returns when the session began, or was bound.
func (s *Session) Created() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	return time.Unix(s.rec.created, 0)
}

// Remembered returns until when the session is kept by Remember, or the zero
// Time.
func (s *Session) Remembered() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	if s.rec.until == 0 {
		return time.Time{}
	}
	return time.Unix(s.rec.until, 0)
}
