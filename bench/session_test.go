package bench_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/alexedwards/scs/v2"
	"github.com/gorilla/sessions"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// The workload: a session with the user's name, its language and a counter, as requests have it that do not touch it, read the
// name, and count. gorilla/sessions keeps it in an encrypted cookie (gob), scs in memory (gob), ours in an encrypted cookie
// and in memory; "none" is the same handler without a session.

// sessionUse is what a handler does with its session.
type sessionUse int

const (
	untouched sessionUse = iota
	reads
	writes
	starts // makes the session
)

// sessionPeer makes a handler of each use.
type sessionPeer struct {
	name     string
	handler  func(use func(r *http.Request) sessionUse) http.Handler
	attached bool // the layers outside have attached the request
}

func sessionPeers() []sessionPeer {
	return []sessionPeer{
		{"none-attached", noSession, true},
		{"gangplank-cookie-attached", gangplankSession(session.New(session.Config{Keys: []session.Key{session.NewKey()}, DangerouslyAllowHTTP: true})), true},
		{"gangplank-memory-attached", gangplankSession(session.New(session.Config{Store: session.NewMemory(1 << 24), DangerouslyAllowHTTP: true})), true},
		{"gangplank-cookie", gangplankSession(session.New(session.Config{Keys: []session.Key{session.NewKey()}, DangerouslyAllowHTTP: true})), false},
		{"gorilla-cookie", gorillaSession(gorillaStore()), false},
		{"scs-memory", scsSession(scs.New()), false},
	}
}

func BenchmarkSession(b *testing.B) {
	for _, p := range sessionPeers() {
		next := starts
		h := p.handler(func(*http.Request) sessionUse { return next })
		first := httptest.NewRecorder()
		h.ServeHTTP(first, httptest.NewRequest("GET", "/", nil))
		r := httptest.NewRequest("GET", "/", nil)
		for _, c := range first.Result().Cookies() {
			r.AddCookie(c)
		}
		for use, name := range []string{"untouched", "read", "read-and-write"} {
			next = sessionUse(use)
			b.Run("use="+name+"/peer="+p.name, func(b *testing.B) { serveLoop(b, h, newResponse(), r, p.attached) })
		}
	}
}

// noSession is what the others are to be compared with.
func noSession(use func(*http.Request) sessionUse) http.Handler {
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { use(r) })
}

func gangplankSession(m func(http.Handler) http.Handler) func(use func(*http.Request) sessionUse) http.Handler {
	return func(use func(*http.Request) sessionUse) http.Handler {
		return m(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			u := use(r)
			if u == untouched {
				return
			}
			s := gangplank.From(r).Session()
			if u == starts {
				s.Set("user", "alice@example.com")
				s.Set("language", "en-GB")
				s.Set("n", 0)
			}
			mustBe(session.Get[string](s, "user"))
			if u == writes {
				s.Set("n", session.Get[int](s, "n")+1)
			}
		}))
	}
}

func gorillaSession(store sessions.Store) func(use func(*http.Request) sessionUse) http.Handler {
	return func(use func(*http.Request) sessionUse) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			u := use(r)
			if u == untouched {
				return
			}
			s, err := store.New(r, sessionName) // Get would keep what it has found in the request, which is the same each time
			if err != nil {
				panic(err)
			}
			if u == starts {
				s.Values["user"], s.Values["language"], s.Values["n"] = "alice@example.com", "en-GB", 1
			} else {
				user, _ := s.Values["user"].(string)
				mustBe(user)
			}
			if u == writes {
				s.Values["n"] = s.Values["n"].(int) + 1
			}
			if u != reads {
				if err := store.Save(r, w, s); err != nil {
					panic(err)
				}
			}
		})
	}
}

func scsSession(m *scs.SessionManager) func(use func(*http.Request) sessionUse) http.Handler {
	return func(use func(*http.Request) sessionUse) http.Handler {
		return m.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch ctx := r.Context(); use(r) {
			case starts:
				scsStart(ctx, m)
			case reads:
				mustBe(m.GetString(ctx, "user"))
			case writes:
				mustBe(m.GetString(ctx, "user"))
				m.Put(ctx, "n", m.GetInt(ctx, "n")+1)
			}
		}))
	}
}

func scsStart(ctx context.Context, m *scs.SessionManager) {
	m.Put(ctx, "user", "alice@example.com")
	m.Put(ctx, "language", "en-GB")
	m.Put(ctx, "n", 1)
}

// mustBe keeps a session that is lost from being fast.
func mustBe(user string) {
	if user != "alice@example.com" {
		panic("the session is not the one of before")
	}
}
