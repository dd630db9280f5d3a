package session_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// By whatever door the head goes out, the session is stored before (FAULTS: scs
// loses the cookie after Flush or 103).
func TestStoredBeforeHead(t *testing.T) {
	doors := map[string]func(w http.ResponseWriter, r *http.Request){
		"nothing":     func(w http.ResponseWriter, r *http.Request) {},
		"WriteHeader": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"Write":       func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "short") },
		"overflow":    func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, strings.Repeat("x", 100_000)) },
		"Flush":       func(w http.ResponseWriter, r *http.Request) { http.NewResponseController(w).Flush() },
		"redirect":    func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/n", http.StatusSeeOther) },
		"ReadFrom": func(w http.ResponseWriter, r *http.Request) {
			io.Copy(w, strings.NewReader(strings.Repeat("x", 100_000)))
		},
		"101": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusSwitchingProtocols)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			conn.Close()
		},
		"103 before": func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "after") },
		"error":      func(w http.ResponseWriter, r *http.Request) { gangplank.Fail(w, r, errors.New("failed")) },
		"stream": func(w http.ResponseWriter, r *http.Request) {
			for range 3 {
				io.WriteString(w, "data: tick\n\n")
				http.NewResponseController(w).Flush()
			}
		},
	}
	eachKind(t, func(t *testing.T, cfg session.Config) {
		a := actions()
		for name, door := range doors {
			a["/"+strings.ReplaceAll(name, " ", "-")] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
				if name == "103 before" {
					w.WriteHeader(http.StatusEarlyHints)
				}
				s.Set("n", 7)
				w.Header().Set("Content-Type", "text/plain")
				door(w, r)
			}
		}
		server := httptest.NewTLSServer(session.New(cfg)(a))
		defer server.Close()
		for name := range doors {
			early := 0
			r := mustRequest(t, server.URL+"/"+strings.ReplaceAll(name, " ", "-"))
			r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
				Got1xxResponse: func(int, textproto.MIMEHeader) error { early++; return nil }}))
			answer, err := server.Client().Transport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			if n := len(answer.Cookies()); n != 1 || (name == "103 before") != (early == 1) {
				t.Errorf("%s: got %d cookies, %d early answers", name, n, early)
				continue
			}
			r = mustRequest(t, server.URL+"/n")
			r.AddCookie(answer.Cookies()[0])
			answer, err = server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			if body, _ := io.ReadAll(answer.Body); string(body) != "7" {
				t.Errorf("%s: the session has %q", name, body)
			}
			answer.Body.Close()
		}
	})
}

func mustRequest(t *testing.T, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What a panicked request has changed is half of something: nothing of it is
// kept, whoever recovers.
func TestPanicDiscards(t *testing.T) {
	quiet := errorpage.New(errorpage.Config{})
	inside := func(next http.Handler) http.Handler { return next }
	for _, tt := range []struct {
		desc           string
		outer, between func(http.Handler) http.Handler
	}{
		{"recovered outside", quiet, inside},
		{"recovered between", inside, quiet},
		{"recovered by somebody else", func(next http.Handler) http.Handler { return attached(recovering(next)) }, inside},
	} {
		eachKind(t, func(t *testing.T, cfg session.Config) {
			a := actions()
			a["/panic"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
				s.Set("n", 100)
				s.Flash("half")
				panic("on the way")
			}
			a["/panic-destroy"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
				s.Destroy()
				panic("on the way")
			}
			a["/abort"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
				s.Set("n", 100)
				panic(http.ErrAbortHandler)
			}
			b := open(t, tt.outer(session.New(cfg)(tt.between(a))))
			b.get("/add")
			for _, path := range []string{"/panic", "/panic-destroy"} {
				if w := b.get(path); w.Code != 500 || len(w.Header()["Set-Cookie"]) != 0 {
					t.Errorf("%s: got %d %v", tt.desc, w.Code, w.Header())
				}
				b.want("/n", "1")
			}
			func() {
				defer func() { _ = recover() }()
				b.get("/abort")
			}()
			b.want("/n", "1")
			b.want("/flashes", "[]")
		})
	}
}

// recovering is a foreign middleware, which tells nobody of the panic.
func recovering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if recover() != nil {
				w.WriteHeader(http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// An error that Try answers is not a panic: what was changed is meant.
func TestFailureKeepsChanges(t *testing.T) {
	a := actions()
	a["/fail"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
		s.Flash("That did not work.")
		gangplank.Fail(w, r, gangplank.Error(http.StatusConflict, "no"))
	}
	b := open(t, session.New(session.Config{Keys: testKeys})(a))
	if w := b.get("/fail"); w.Code != http.StatusConflict {
		t.Errorf("got %d", w.Code)
	}
	b.want("/flashes", "[{ That did not work.}]")
}

// A change after the head is out is lost, and said to be.
func TestTooLate(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		l, a := new(logged), actions()
		a["/late"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			s.Get("n")
			http.NewResponseController(w).Flush()
			s.Set("n", 2)
			s.Flash("late")
		}
		a["/later"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			http.NewResponseController(w).Flush()
			s.Set("n", session.Get[int](s, "n")+1)
		}
		a["/reading"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			http.NewResponseController(w).Flush()
			io.WriteString(w, strings.Repeat("n", session.Get[int](s, "n")))
		}
		b := open(t, l.handler(session.New(cfg)(a)))
		b.get("/add")
		b.get("/late")
		l.want(t, "too late", "path=")
		b.get("/later")
		l.want(t, "too late")
		b.want("/reading", "n")
		l.want(t)
		b.want("/n", "1")
	})
}

// A layer further inside may change the session in its own hook.
func TestChangeInHook(t *testing.T) {
	hook := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			w.BeforeHead(func(int, http.Header) { c.Session().Set("n", 5) })
			next.ServeHTTP(w, r)
		})
	}
	b := open(t, session.New(session.Config{Keys: testKeys})(hook(actions())))
	b.get("/add") // which has touched it before
	b.want("/n", "5")
}

// Two layers, one within the other, have a session each.
func TestNested(t *testing.T) {
	outer := session.New(session.Config{Keys: testKeys, Name: "outer"})
	inner := session.New(session.Config{Store: session.NewMemory(1 << 20), Name: "inner"})
	between := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s := gangplank.From(r).Session()
			s.Set("visits", session.Get[int](s, "visits")+1)
			w.Header().Set("X-Visits", strings.Repeat("I", session.Get[int](s, "visits")))
			next.ServeHTTP(w, r)
		})
	}
	b := open(t, outer(between(inner(actions()))))
	b.get("/add")
	b.get("/add")
	if w := b.get("/n"); w.Body.String() != "2" || w.Header().Get("X-Visits") != "III" || len(b.cookies) != 2 {
		t.Errorf("got %s, %v, cookies %v", w.Body, w.Header(), b.cookies)
	}
}

// The Store's failure is answered in the handler's place.
func TestStoreFails(t *testing.T) {
	store := &spy{Store: session.NewMemory(1 << 20)}
	for _, cfg := range []session.Config{{Store: store}, {Keys: testKeys, Revocations: store}} {
		l, a := new(logged), actions()
		a["/fails-later"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			s.Set("n", 100)
			store.fail = errors.New("out of order")
			io.WriteString(w, strings.Repeat("Saved.", 10_000))
		}
		b := open(t, l.handler(session.New(cfg)(a)))
		b.get("/login")
		b.get("/add")
		for _, path := range []string{"/user", "/destroy", "/fails-later"} {
			if path != "/fails-later" {
				store.fail = errors.New("out of order")
			}
			w := b.get(path)
			if w.Code != 503 || strings.Contains(w.Body.String(), "Saved") || strings.Contains(w.Body.String(), "out of order") {
				t.Errorf("%s: got %d %.100q", path, w.Code, w.Body)
			}
			if first := path == "/user"; strings.Contains(l.take(), "out of order") != first { // for a minute
				t.Errorf("%s: that the cause is logged is not %v", path, first)
			}
			b.want("/nothing", "nothing") // needs no session
			store.fail = nil
			b.want("/user", "ann")
			b.want("/n", "1")
		}
	}
}

func TestTransparent(t *testing.T) {
	touch := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s := gangplank.From(r).Session()
			s.Set("n", session.Get[int](s, "n")+1)
			next.ServeHTTP(w, r)
		})
	}
	fields := middlewaretest.Fields("the session was used", "Set-Cookie", "Vary", "Cache-Control")
	for _, name := range []string{"cookie", "memory"} {
		m := session.New(kinds()[name])
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			middlewaretest.Run(t, func(next http.Handler) http.Handler { return m(touch(next)) }, fields)
		})
	}
	t.Run("untouched", func(t *testing.T) {
		t.Parallel()
		middlewaretest.Run(t, session.New(session.Config{Keys: testKeys}))
	})
}
