package session_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// browser is a client that keeps one site's cookies, as a browser does.
type browser struct {
	t       testing.TB
	h       http.Handler
	cookies map[string]string
}

func open(t testing.TB, h http.Handler) *browser {
	return &browser{t, h, map[string]string{}}
}

// get requests a path over TLS.
func (b *browser) get(path string) *httptest.ResponseRecorder {
	b.t.Helper()
	r := b.request(path)
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	b.keep(w.Result())
	return w
}

func (b *browser) request(path string) *http.Request {
	r := httptest.NewRequest("GET", "https://example.com"+path, nil)
	for name, value := range b.cookies {
		r.Header.Add("Cookie", name+"="+value)
	}
	return r
}

func (b *browser) keep(answer *http.Response) {
	b.t.Helper()
	seen := map[string]bool{}
	for _, c := range answer.Cookies() {
		if seen[c.Name] {
			b.t.Errorf("cookie %s is set twice", c.Name)
		}
		seen[c.Name] = true
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
			continue
		}
		b.cookies[c.Name] = c.Value
	}
}

// want requests a path and checks the answer's body.
func (b *browser) want(path, body string) {
	b.t.Helper()
	if got := b.get(path).Body.String(); got != body {
		b.t.Errorf("%s: got %q, want %q", path, got, body)
	}
}

// app is a handler of one action for each path.
type app map[string]func(s gangplank.Session, w http.ResponseWriter, r *http.Request)

func (a app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a[r.URL.Path](gangplank.From(r).Session(), w, r)
}

// actions is what most tests need.
func actions() app {
	return app{
		"/add": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			s.Set("n", session.Get[int](s, "n")+1)
		},
		"/n": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, session.Get[int](s, "n"))
		},
		"/renew":   func(s gangplank.Session, w http.ResponseWriter, r *http.Request) { s.Renew() },
		"/destroy": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) { s.Destroy() },
		"/flash": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			s.Flash("Saved.")
			s.Flash("No.", "error")
		},
		"/flashes": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, s.Flashes()) },
		"/nothing": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) { io.WriteString(w, "nothing") },
		"/logout": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			s.Destroy()
			s.Flash("Bye.")
		},
		"/login": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			s.Renew()
			s.(interface{ Bind(user string) }).Bind("ann")
			s.Set("user", "ann")
		},
		"/everywhere": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			err := s.(interface {
				EndAll(ctx context.Context, user string) error
			}).EndAll(r.Context(), "ann")
			fmt.Fprint(w, err)
		},
		"/user": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, session.Get[string](s, "user"))
		},
	}
}

var testKeys = []session.Key{{1, 2, 3}, {4, 5, 6}}

// kinds are configurations that all must behave the same in the tests that use
// them.
func kinds() map[string]session.Config {
	return map[string]session.Config{
		"cookie":             {Keys: testKeys},
		"cookie revocations": {Keys: testKeys, Revocations: session.NewMemory(1 << 20)},
		"memory":             {Store: session.NewMemory(1 << 20)},
	}
}

func eachKind(t *testing.T, test func(t *testing.T, cfg session.Config)) {
	for name, cfg := range kinds() {
		t.Run(name, func(t *testing.T) { test(t, cfg) })
	}
}

func TestSession(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		b := open(t, session.New(cfg)(actions()))
		if w := b.get("/nothing"); len(w.Header()["Set-Cookie"]) != 0 || w.Header().Get("Vary") != "" {
			t.Errorf("an untouched session shows: %v", w.Header())
		}
		b.want("/n", "0")
		if len(b.cookies) != 0 {
			t.Errorf("reading an empty session has set cookies %v", b.cookies)
		}
		w := b.get("/add")
		b.get("/add")
		if c := w.Header().Get("Set-Cookie"); w.Header().Get("Vary") != "Cookie" || w.Header().Get("Cache-Control") != "private" {
			t.Errorf("got header %v with cookie %s", w.Header(), c)
		}
		b.want("/n", "2")
		b.get("/flash")
		b.want("/flashes", "[{ Saved.} {error No.}]")
		b.want("/flashes", "[]")
		b.want("/n", "2")
		before := b.cookies["__Host-session"]
		b.get("/renew")
		if b.cookies["__Host-session"] == before {
			t.Error("Renew kept the cookie")
		}
		b.want("/n", "2")
		b.get("/destroy")
		if len(b.cookies) != 0 {
			t.Errorf("Destroy left cookies %v", b.cookies)
		}
		b.want("/n", "0")
		b.get("/add")
		b.get("/logout")
		b.want("/n", "0")
		b.want("/flashes", "[{ Bye.}]")
	})
}

func TestCookieAttributes(t *testing.T) {
	b := open(t, session.New(session.Config{Keys: testKeys})(actions()))
	c := b.get("/add").Header().Get("Set-Cookie")
	name, rest, _ := strings.Cut(c, "=")
	_, rest, _ = strings.Cut(rest, ";")
	if got, want := name+rest, "__Host-session Path=/; Secure; HttpOnly; SameSite=Lax"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
