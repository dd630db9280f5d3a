package session

import (
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
	// chooses. A MaxAge below 0 ends the session. The error says why a cookie was
	// not accepted.
	Open(r *http.Request, name string) (values map[string]any, save func(w http.ResponseWriter, values map[string]any, cookie http.Cookie) error, err error)
}

// carried keeps sessions with a Carrier. What is not values is a value of its
// own, under factsKey.
type carried struct{ carrier Carrier }

const factsKey = "_gangplank"

func (*carried) encodes() bool { return false }

func (k *carried) load(s *Session) error {
	s.cookies()
	values, save, err := k.carrier.Open(s.r, s.layer.form(s.r).name)
	s.carried = save
	if err != nil {
		s.reject(err)
		return nil
	}
	if values == nil {
		return nil
	}
	rec := record{created: s.rec.created, seen: s.rec.created}
	if facts, ok := values[factsKey].([]byte); ok {
		if rec, err = decodeRecord(string(facts)); err != nil {
			s.reject(err)
			return nil
		}
	}
	live, err := s.live(&rec)
	if !live || err != nil {
		return err
	}
	for key, value := range values {
		if key != factsKey {
			rec.entries = append(rec.entries, entry{key: key, value: value})
		}
	}
	s.adopt(rec, place{version: 1}, "")
	return nil
}

func (k *carried) save(s *Session, w http.ResponseWriter) error {
	facts := s.rec
	facts.entries = nil
	values := map[string]any{factsKey: facts.encode()}
	for _, e := range s.rec.entries {
		values[e.key] = e.value
	}
	return s.carried(w, values, s.cookieFor(int(s.expires().Unix()-time.Now().Unix())))
}

func (k *carried) end(s *Session, w http.ResponseWriter) error {
	if s.dirty { // another is about to take its place
		return nil
	}
	return s.carried(w, nil, s.cookieFor(-1))
}

// cookieFor returns the cookie for a Carrier to complete.
func (s *Session) cookieFor(maxAge int) http.Cookie {
	form, cfg := s.layer.form(s.r), &s.layer.cfg
	return http.Cookie{Name: form.name, Path: s.layer.path(s.r), Domain: cfg.Domain, MaxAge: maxAge,
		Secure: form.secure, HttpOnly: true, SameSite: cfg.SameSite}
}

// Migration takes over sessions that something else has made. It has builtin and
// standard types only.
type Migration interface {
	// Values returns the values of the old session that the request brings, and
	// whether there is one. It is asked only when there is none of ours.
	Values(r *http.Request) (map[string]any, bool)
	// Forget has the browser forget the old session's cookie.
	Forget(w http.ResponseWriter, r *http.Request)
}

// migrate starts the session with the values of an older one.
func (s *Session) migrate() {
	if s.layer.cfg.Migrate == nil {
		return
	}
	values, ok := s.layer.cfg.Migrate.Values(s.r)
	if !ok {
		return
	}
	for key, value := range values {
		e := entry{key: key, value: value}
		raw, err := appendValue(nil, value)
		if err != nil {
			s.log().Warn("session value not migrated", "key", key, "error", err)
			continue
		}
		e.raw = string(raw)
		s.rec.set(e)
	}
	s.migrated, s.dirty = true, true
}
