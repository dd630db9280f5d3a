package session

import (
	"context"
	"time"
)

// Renew gives the session a new id and keeps its data. What the old id names
// ends. With a Store, or Revocations, whoever has the old one has nothing.
func (s *Session) Renew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	s.renew = true
	if s.at.known() {
		s.changed()
	}
}

// Destroy ends the session, here and in its store. What is set after that
// belongs to a new one: a message for the next page, say.
func (s *Session) Destroy() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	if s.at.known() {
		s.ended = &endedSession{s.at, s.rec}
		s.changed()
	}
	s.rec = record{created: time.Now().Unix()}
	s.at, s.base = place{}, ""
	s.dirty, s.renew, s.cookie, s.destroyed = false, false, false, true
}

// Remember keeps the session for d from now on, in place of the time-outs, and
// has the browser keep it when it is closed; at most Config.MaxRemember. 0 ends
// that.
func (s *Session) Remember(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	s.rec.until = 0
	if d > 0 {
		s.rec.until = time.Now().Unix() + seconds(min(d, s.layer.cfg.MaxRemember))
	}
	s.cookie, s.enlist = true, true
	s.changed()
}

// Bind says whose session it is: what [Session.EndAll] goes by. It belongs to
// log-in, as does Renew. The absolute time-out counts from here. The user ""
// unbinds.
func (s *Session) Bind(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	ctx, cancel := s.context()
	defer cancel()
	epoch, err := s.layer.revoked.epoch(ctx, user)
	if err != nil && s.failed == nil {
		s.failed = err
	}
	s.rec.user, s.rec.epoch, s.rec.created = user, epoch, time.Now().Unix()
	s.enlist = true
	s.changed()
}

// EndAll ends all sessions bound to user: log-out everywhere, after a change of
// password, say. This one may go on if it is bound anew. For sessions in cookies
// it needs Config.Revocations. It ends what has this layer's Config.Name, and
// nothing of others that share the Store.
func (s *Session) EndAll(ctx context.Context, user string) error {
	s.mu.Lock()
	s.use() // before: to this request it is still what it was
	s.mu.Unlock()
	return s.layer.revoked.endAll(ctx, user)
}
