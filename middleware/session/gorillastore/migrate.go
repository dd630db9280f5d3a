package gorillastore

import (
	"net/http"

	"github.com/gorilla/sessions"
)

// Migration is a session.Migration.
type Migration struct {
	store sessions.Store
	name  string
}

// Migrate returns a Migration from the sessions that store keeps under the
// cookie's name: a visitor who brings one goes on with its values in a session of
// the new kind, once, and the old cookie is removed.
//
//	session.New(session.Config{Keys: keys, Migrate: gorillastore.Migrate(old, "my-session")})
//
// Values whose keys are no strings are left behind, and so are flash messages.
// Types that only gob knows must be registered with it still.
//
// Until the old cookies would have expired, whoever has copied one can start a
// session with it again, also after a log-out: gorilla's stores cannot tell. Keep
// the migration no longer than needed.
func Migrate(store sessions.Store, name string) *Migration { return &Migration{store, name} }

// Values implements session.Migration.
func (m *Migration) Values(r *http.Request) (map[string]any, bool) {
	s, err := load(m.store, r, m.name)
	if err != nil || s == nil || s.IsNew {
		return nil, false
	}
	values := strings(s)
	delete(values, "_flash")
	return values, true
}

// Forget implements session.Migration.
func (m *Migration) Forget(w http.ResponseWriter, r *http.Request) {
	options := sessions.Options{Path: "/"}
	if s, _ := load(m.store, r, m.name); s != nil && s.Options != nil {
		options = *s.Options
	}
	options.MaxAge = -1
	http.SetCookie(w, sessions.NewCookie(m.name, "", &options))
}
