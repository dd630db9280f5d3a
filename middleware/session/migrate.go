package session

import "net/http"

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
		e, err := s.layer.entry(key, value)
		if err != nil {
			s.log().Warn("session value not migrated", "key", key, "error", err)
			continue
		}
		s.rec.set(e)
	}
	s.migrated, s.dirty = true, true
}
