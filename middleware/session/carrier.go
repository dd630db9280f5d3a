package session

import (
	"errors"
	"net/http"
	"time"
)

// Carrier is a store that keeps a whole session and its cookie by itself, without
// versions, as those of gorilla/sessions do. It has builtin and standard types
// only, so that a Carrier needs nothing of this package.
type Carrier interface {
	// Open returns the values of the session that the request names with the
	// cookie of that name, nil for none, and what saves others in their place:
	// save sets the cookie on w, with the attributes of cookie, whose value it
	// chooses. A MaxAge below 0 ends the session.
	//
	// An error with a method IsDecode() bool that returns true, as securecookie's
	// have, says that the cookie was not accepted, and there must be a save with
	// it; any other that the store failed.
	Open(r *http.Request, name string) (values map[string]any, save func(w http.ResponseWriter, values map[string]any, cookie http.Cookie) error, err error)
}

// carried keeps sessions with a Carrier. What is not values is a value of its
// own, under factsKey.
type carried struct{ carrier Carrier }

const factsKey = "_gangplank"

func (*carried) encodes() bool { return false }

func (k *carried) load(s *Session) error {
	s.cookies()
	values, err := k.open(s, s.r)
	if values == nil || err != nil {
		return err
	}
	rec := record{created: s.now, seen: s.now}
	facts, ours := values[factsKey].([]byte)
	if ours {
		if rec, err = decodeRecord(string(facts)); err != nil {
			s.reject(err)
			return k.restart(s)
		}
	}
	switch live, err := s.live(&rec); {
	case err != nil:
		return err
	case !live: // what begins now must not have the id of what has ended
		return k.restart(s)
	}
	s.dirty = !ours // the time-outs count from now
	for key, value := range values {
		if key != factsKey && value != nil {
			rec.entries = append(rec.entries, entry{key: key, value: value})
		}
	}
	s.adopt(rec, place{version: 1}, "")
	return nil
}

func (k *carried) open(s *Session, r *http.Request) (values map[string]any, err error) {
	values, s.carried, err = k.carrier.Open(r, s.layer.form(r).name)
	var coded interface{ IsDecode() bool }
	if errors.As(err, &coded) && coded.IsDecode() {
		s.reject(err)
		values, err = nil, nil
	}
	if err == nil && s.carried == nil {
		err = errors.New("session: the Carrier returned nothing to save with")
	}
	return values, err
}

func (k *carried) save(s *Session, w http.ResponseWriter) error {
	if s.renew && s.at.known() {
		if err := k.restart(s); err != nil {
			return err
		}
	}
	facts := s.rec
	facts.entries = nil
	values := map[string]any{factsKey: facts.encode()}
	for _, e := range s.rec.entries {
		values[e.key] = e.value
	}
	defer s.protect(w.Header())
	return s.carried(w, values, s.cookieFor(int(s.expires()-time.Now().Unix())))
}

func (k *carried) end(s *Session) error { return k.restart(s) }

// restart ends the session in the store and begins another, with another id if
// the store has ids.
func (k *carried) restart(s *Session) error {
	if err := s.carried(nowhere{}, nil, s.cookieFor(-1)); err != nil {
		return err
	}
	bare := s.r.WithContext(s.r.Context())
	bare.Header = http.Header{}
	_, err := k.open(s, bare)
	return err
}

// nowhere is where a cookie goes that is not to be sent.
type nowhere struct{}

// Header returns one that nobody sees.
func (nowhere) Header() http.Header { return http.Header{} }

// Write throws p away.
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader does nothing.
func (nowhere) WriteHeader(int) {}

// cookieFor returns the cookie for a Carrier to complete.
func (s *Session) cookieFor(maxAge int) http.Cookie {
	form, cfg := s.layer.form(s.r), &s.layer.cfg
	return http.Cookie{Name: form.name, Path: s.layer.path(s.r), Domain: cfg.Domain, MaxAge: maxAge,
		Secure: form.secure, HttpOnly: true, SameSite: cfg.SameSite}
}
