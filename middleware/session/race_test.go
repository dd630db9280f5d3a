package session_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// slowly serves a request of b that waits, after its session was loaded, for
// other requests, and then acts.
func slowly(b *browser, others func(), act func(s gangplank.Session)) (code int) {
	b.t.Helper()
	b.h.(*slowHandler).slow = func(s gangplank.Session) {
		s.Get("n") // it is loaded
		others()
		act(s)
	}
	return b.get("/slow").Code
}

// slowHandler is actions and one that the test gives.
type slowHandler struct {
	http.Handler
	slow func(gangplank.Session)
}

func slow(cfg session.Config, l *logged) *slowHandler {
	h := new(slowHandler)
	a := actions()
	a["/slow"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) { h.slow(s) }
	a["/text"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) { s.Set("text", "x") }
	a["/theme"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, session.Get[string](s, "theme"))
	}
	h.Handler = l.handler(session.New(cfg)(a))
	return h
}

// tab is another tab of b's browser: it shares the cookies.
func tab(b *browser) *browser { return &browser{b.t, b.h, b.cookies} }

var errMine = errors.New("both bought the last one")

// Two requests change one session at once.
func TestConflict(t *testing.T) {
	for _, tt := range []struct {
		desc  string
		merge session.MergeFunc
		act   func(s gangplank.Session)
		code  int
		n     string
		log   string // part of the line
	}{
		{"another key", nil, func(s gangplank.Session) { s.Set("theme", "dark") }, 200, "2", ""},
		{"the same key", nil, func(s gangplank.Session) { s.Set("n", 10) }, 409, "2", `the value of \"n\"`},
		{"the same key, removed", nil, func(s gangplank.Session) { s.Delete("n") }, 409, "2", "at the same time"},
		{"the same number", nil, func(s gangplank.Session) { s.Set("n", 2) }, 409, "2", "at the same time"},
		{"both, from the same number", session.AddUp, func(s gangplank.Session) { s.Set("n", 2) }, 200, "3", ""},
		{"the same text", nil, func(s gangplank.Session) { s.Set("text", "x") }, 200, "2", ""},
		{"mine", session.KeepMine, func(s gangplank.Session) { s.Set("n", 10) }, 200, "10", ""},
		{"mine, removed", session.KeepMine, func(s gangplank.Session) { s.Delete("n") }, 200, "0", ""},
		{"theirs", session.KeepTheirs, func(s gangplank.Session) { s.Set("n", 10) }, 200, "2", ""},
		{"both", session.AddUp, func(s gangplank.Session) { s.Set("n", 10) }, 200, "11", ""},
		{"no number", session.AddUp, func(s gangplank.Session) { s.Set("n", "ten") }, 409, "2", "at the same time"},
		{"an error", func(string, any, any, any) (any, error) { return nil, errMine },
			func(s gangplank.Session) { s.Set("n", 10) }, 409, "2", errMine.Error()},
		{"only read", nil, func(s gangplank.Session) { s.Get("n") }, 200, "2", ""},
	} {
		l := new(logged)
		b := open(t, slow(session.Config{Store: session.NewMemory(1 << 20), Merge: tt.merge}, l))
		b.get("/add")
		code := slowly(b, func() { tab(b).get("/add"); tab(b).get("/text") }, tt.act)
		if code != tt.code {
			t.Errorf("%s: got status %d, want %d", tt.desc, code, tt.code)
		}
		if lines := l.take(); tt.log == "" && lines != "" || !strings.Contains(lines, tt.log) {
			t.Errorf("%s: logged %q", tt.desc, lines)
		}
		b.want("/n", tt.n)
		if tt.desc == "another key" {
			b.want("/theme", "dark")
		}
	}
}

func TestConflictOfFlashes(t *testing.T) {
	b := open(t, slow(session.Config{Store: session.NewMemory(1 << 20)}, new(logged)))
	b.get("/flash")
	slowly(b, func() { tab(b).get("/flash") }, func(s gangplank.Session) { s.Flash("third") })
	slowly(b, func() {}, func(s gangplank.Session) { s.Flash("fourth") })
	b.want("/flashes", "[{ Saved.} {error No.} { Saved.} {error No.} { third} { fourth}]")
	b.get("/flash")
	slowly(b, func() { tab(b).get("/flash") }, func(s gangplank.Session) { s.Flashes() })
	b.want("/flashes", "[{ Saved.} {error No.}]")
}

// Renew takes along what another request has stored meanwhile.
func TestConflictOfRenew(t *testing.T) {
	b := open(t, slow(session.Config{Store: session.NewMemory(1 << 20)}, new(logged)))
	b.get("/add")
	old := b.cookies["__Host-session"]
	slowly(b, func() { tab(b).get("/add") }, func(s gangplank.Session) { s.Renew(); s.Set("theme", "dark") })
	b.want("/n", "2")
	b.want("/theme", "dark")
	b.cookies["__Host-session"] = old
	b.want("/n", "0")
}

// Whose session it is, and for how long, is merged as well.
func TestConflictOfFacts(t *testing.T) {
	l := new(logged)
	h := slow(session.Config{Store: session.NewMemory(1 << 20)}, l)
	b := open(t, h)
	b.get("/add")
	slowly(b, func() { tab(b).get("/add") }, func(s gangplank.Session) { s.(remember).Bind("bob"); s.(remember).Remember(time.Hour) })
	b.want("/n", "2")
	check := func(user string) {
		t.Helper()
		slowly(b, func() {}, func(s gangplank.Session) {
			if s := s.(*session.Session); s.User() != user || s.Remembered().IsZero() {
				t.Errorf("got user %q until %v", s.User(), s.Remembered())
			}
		})
	}
	check("bob")
	other := func() {
		act := h.slow
		slowly(tab(b), func() {}, func(s gangplank.Session) { s.(remember).Bind("carol") })
		h.slow = act
	}
	if code := slowly(b, other, func(s gangplank.Session) { s.(remember).Bind("dan") }); code != http.StatusConflict {
		t.Errorf("two users at once: got %d", code)
	}
	l.want(t, "bound to another user")
	check("carol")
	slowly(b, other, func(s gangplank.Session) { s.Set("theme", "dark") })
	check("carol")
}

// A renewed session whose old one was ended meanwhile stays nowhere.
func TestRenewOfEnded(t *testing.T) {
	m := session.NewMemory(1 << 20)
	b := open(t, slow(session.Config{Store: m}, new(logged)))
	b.get("/add")
	b2 := &browser{t, b.h, map[string]string{cookieName: b.cookies[cookieName]}}
	slowly(b, func() { b2.get("/destroy") }, func(s gangplank.Session) { s.Renew(); s.Set("n", 100) })
	if m.Len() != 0 {
		t.Errorf("%d sessions are stored", m.Len())
	}
	b.want("/n", "0")
}

// A session that is ended by a request which knew it under its old id, or before
// its last change, is ended under the new one.
func TestEndOfRenewed(t *testing.T) {
	for _, others := range [][]string{{"/add"}, {"/renew"}, {"/renew", "/add", "/renew"}, {"/destroy"}, {"/renew", "/destroy"}} {
		m := session.NewMemory(1 << 20)
		b := open(t, slow(session.Config{Store: m}, new(logged)))
		b.get("/add")
		other := &browser{t, b.h, map[string]string{cookieName: b.cookies[cookieName]}}
		code := slowly(b, func() {
			for _, path := range others {
				other.get(path)
			}
		}, func(s gangplank.Session) { s.Destroy() })
		if code != 200 {
			t.Errorf("%v: got status %d", others, code)
		}
		other.want("/n", "0")
	}
}

// With a merge policy nothing is lost, however many requests there are.
func TestNoLostUpdate(t *testing.T) {
	const requests = 200
	b := open(t, session.New(session.Config{Store: session.NewMemory(1 << 20), Merge: session.AddUp})(actions()))
	b.get("/add")
	r := b.request("/add")
	var wg sync.WaitGroup
	for range requests {
		wg.Go(func() { b.h.ServeHTTP(discard{make(http.Header)}, r.Clone(r.Context())) })
	}
	wg.Wait()
	b.want("/n", fmt.Sprint(requests+1))
}

// What a request has changed does not bring a session back that has been ended
// while it was at work, by whatever name.
func TestNoResurrection(t *testing.T) {
	for _, kind := range []string{"memory", "cookie revocations"} {
		for _, end := range []string{"/destroy", "/logout", "/renew", "/everywhere"} {
			t.Run(kind+end, func(t *testing.T) {
				l := new(logged)
				h := slow(kinds()[kind], l)
				b := open(t, h)
				b.get("/add")
				b.get("/login")
				stolen := map[string]string{"__Host-session": b.cookies["__Host-session"]}
				current := b.cookies
				b.cookies = map[string]string{"__Host-session": stolen["__Host-session"]} // the slow tab's own view
				slowly(b, func() {
					other := &browser{t, h, current}
					other.get(end)
				}, func(s gangplank.Session) { s.Set("n", 100) })
				if got := b.cookies["__Host-session"]; got != stolen["__Host-session"] {
					t.Errorf("the slow request sent a cookie: %s", got)
				}
				if kind == "cookie revocations" || end != "/everywhere" { // there what is stored is as dead as before
					l.want(t, "ended by another request")
				}
				b.want("/user", "")
				b.want("/n", "0")
			})
		}
	}
}
