package gorillastore_test

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
	"github.com/gangplank-web/gangplank/middleware/session/gorillastore"
)

var (
	_ session.Carrier    = (*gorillastore.Carrier)(nil)
	_ session.Migration  = (*gorillastore.Migration)(nil)
	_ securecookie.Codec = (*session.Codec)(nil)
	_ securecookie.Error = (*session.CodecError)(nil)
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

var key = []byte("an authentication key of 32 byte")

// stores are gorilla's own: with its codec and with ours.
func stores(t *testing.T) map[string]sessions.Store {
	codecs := []securecookie.Codec{session.NewCodec(session.Key{1})}
	cookies := sessions.NewCookieStore(key)
	sealed := sessions.NewCookieStore(key)
	sealed.Codecs = codecs
	files := sessions.NewFilesystemStore(t.TempDir(), key)
	sealedFiles := sessions.NewFilesystemStore(t.TempDir(), key)
	sealedFiles.Codecs = codecs
	return map[string]sessions.Store{"cookies": cookies, "sealed cookies": sealed, "files": files, "sealed files": sealedFiles}
}

// jar is a browser.
type jar struct {
	t       *testing.T
	h       http.Handler
	cookies map[string]string
}

func (j *jar) get(path string) *httptest.ResponseRecorder {
	j.t.Helper()
	r := httptest.NewRequest("GET", "https://example.com"+path, nil)
	for name, value := range j.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	j.h.ServeHTTP(w, r)
	seen := map[string]bool{}
	for _, c := range w.Result().Cookies() {
		if seen[c.Name] {
			j.t.Errorf("%s: cookie %s is set twice", path, c.Name)
		}
		seen[c.Name] = true
		if j.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(j.cookies, c.Name)
		}
	}
	return w
}

func (j *jar) want(path, body string) {
	j.t.Helper()
	if w := j.get(path); w.Code != 200 || w.Body.String() != body {
		j.t.Errorf("%s: got %d %q, want %q", path, w.Code, w.Body, body)
	}
}

func handler(w http.ResponseWriter, r *http.Request) {
	s := session.From(r)
	switch r.URL.Path {
	case "/add":
		s.Set("n", session.Get[int](s, "n")+1)
	case "/n":
		fmt.Fprint(w, session.Get[int](s, "n"))
	case "/flash":
		s.Flash("Saved.", "good")
	case "/flashes":
		fmt.Fprint(w, s.Flashes())
	case "/renew":
		s.Renew()
	case "/destroy":
		s.Destroy()
	case "/logout":
		s.Destroy()
		s.Flash("Bye.")
	case "/remember":
		s.Remember(48 * time.Hour)
	case "/same":
		s.Set("n", session.Get[int](s, "n"))
	case "/unencodable":
		s.Set("f", func() {})
	}
}

func TestGorillaStores(t *testing.T) {
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			j := &jar{t, session.New(session.Config{Carrier: gorillastore.New(store)})(http.HandlerFunc(handler)), map[string]string{}}
			for _, path := range []string{"/", "/n", "/renew", "/destroy", "/flashes"} {
				if j.get(path); len(j.cookies) != 0 {
					t.Fatalf("%s has made a session: %v", path, j.cookies)
				}
			}
			w := j.get("/add")
			c := w.Result().Cookies()[0]
			if c.Name != "__Host-session" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 7200 {
				t.Errorf("got cookie %s", c)
			}
			if w.Header().Get("Cache-Control") != "private" || w.Header().Get("Vary") != "Cookie" {
				t.Errorf("got %v", w.Header())
			}
			j.get("/add")
			j.want("/n", "2")
			for _, path := range []string{"/n", "/same"} {
				if w := j.get(path); len(w.Result().Cookies()) != 0 {
					t.Errorf("%s has written", path)
				}
			}
			j.get("/flash")
			j.want("/flashes", "[{good Saved.}]")
			j.want("/flashes", "[]")
			old := j.cookies["__Host-session"]
			j.get("/renew")
			j.want("/n", "2")
			if strings.Contains(name, "files") { // what a signed cookie holds is all that it is
				if j.cookies["__Host-session"] == old {
					t.Error("Renew kept the cookie")
				}
				replay := &jar{t, j.h, map[string]string{"__Host-session": old}}
				replay.want("/n", "0")
			}
			if c := j.get("/remember").Result().Cookies()[0]; c.MaxAge != 48*60*60 {
				t.Errorf("remembered for %d", c.MaxAge)
			}
			j.get("/logout")
			j.want("/n", "0")
			j.want("/flashes", "[{ Bye.}]")
			j.get("/add")
			j.get("/destroy")
			if len(j.cookies) != 0 {
				t.Errorf("Destroy left %v", j.cookies)
			}
			j.cookies["__Host-session"] = "MTc1fERYOEVBUUxfZ0FBQkVBRVFBQUFfX19f"
			j.want("/n", "0")
			j.get("/add")
			j.want("/n", "1")
			if w := j.get("/unencodable"); w.Code < 500 {
				t.Errorf("a func: got %d", w.Code)
			}
			j.want("/n", "1")
		})
	}
}

// The time-outs are ours, whatever the store's.
func TestTimeouts(t *testing.T) {
	for name, store := range stores(t) {
		synctest.Test(t, func(t *testing.T) {
			h := session.New(session.Config{Carrier: gorillastore.New(store), Idle: time.Hour, Absolute: 3 * time.Hour})(http.HandlerFunc(handler))
			idle, used := &jar{t, h, map[string]string{}}, &jar{t, h, map[string]string{}}
			idle.get("/add")
			used.get("/add")
			for range 5 {
				time.Sleep(30 * time.Minute)
				used.want("/n", "1")
			}
			idle.want("/n", "0")
			time.Sleep(30 * time.Minute)
			if used.want("/n", "0"); t.Failed() {
				t.Log(name)
			}
		})
	}
}

// Who has kept the cookie of a session that has ended by itself has nothing of the
// one that begins with that cookie: a log-in of somebody else in the same browser.
func TestEndedIDIsNotUsedAgain(t *testing.T) {
	for name, store := range stores(t) {
		if !strings.Contains(name, "files") {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			h := session.New(session.Config{Carrier: gorillastore.New(store), Idle: time.Hour})(http.HandlerFunc(handler))
			j := &jar{t, h, map[string]string{}}
			j.get("/add")
			old := maps.Clone(j.cookies)
			time.Sleep(time.Hour)
			j.get("/add")
			j.want("/n", "1")
			if (&jar{t, h, old}).want("/n", "0"); t.Failed() {
				t.Log(name)
			}
		})
	}
}

// A session that gorilla/sessions has begun has our time-outs from when it is
// first read.
func TestTimeoutsOfOthers(t *testing.T) {
	for name, store := range stores(t) {
		synctest.Test(t, func(t *testing.T) {
			j := &jar{t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				s, _ := store.Get(r, "__Host-session")
				s.Values["n"] = 41
				if err := s.Save(r, w); err != nil {
					t.Error(err)
				}
			}), map[string]string{}}
			j.get("/")
			j.h = session.New(session.Config{Carrier: gorillastore.New(store), Idle: time.Hour})(http.HandlerFunc(handler))
			j.want("/n", "41")
			time.Sleep(time.Hour)
			if j.want("/n", "0"); t.Failed() {
				t.Log(name)
			}
		})
	}
}

// A program that uses gorilla/sessions beside sees the values, and keeps its own.
func TestShared(t *testing.T) {
	for name, store := range stores(t) {
		old := func(act func(s *sessions.Session)) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				s, err := store.Get(r, "__Host-session")
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if act(s); s.Save(r, w) != nil {
					t.Errorf("%s: not saved", name)
				}
			})
		}
		ours := session.New(session.Config{Carrier: gorillastore.New(store)})(http.HandlerFunc(handler))
		j := &jar{t, old(func(s *sessions.Session) { s.Values["n"], s.Values[5] = 41, "five" }), map[string]string{}}
		j.get("/")
		j.h = ours
		j.get("/add")
		j.want("/n", "42")
		j.h = old(func(s *sessions.Session) {
			if s.Values["n"] != 42 || s.Values[5] != "five" {
				t.Errorf("%s: got %v", name, s.Values)
			}
		})
		j.get("/")
	}
}

// broken is a store that is out of order.
type broken struct{ sessions.Store }

func (broken) New(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.NewSession(nil, name), fmt.Errorf("out of order")
}

func (broken) Get(*http.Request, string) (*sessions.Session, error) { panic("Get was called") }

func TestBroken(t *testing.T) {
	j := &jar{t, session.New(session.Config{Carrier: gorillastore.New(broken{})})(http.HandlerFunc(handler)), map[string]string{}}
	if w := j.get("/n"); w.Code != 503 || strings.Contains(w.Body.String(), "order") {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
	j.want("/", "")
}

// The request's context is nobody's to replace.
func TestRequestStays(t *testing.T) {
	h := session.New(session.Config{Carrier: gorillastore.New(sessions.NewCookieStore(key))})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		before := r.Context()
		gangplank.From(r).Session().Get("n")
		if r.Context() != before {
			t.Error("the request has another context")
		}
	}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

// A visitor with an old session goes on with its values, once, and after a
// log-out they do not come back.
func TestMigrate(t *testing.T) {
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			j := &jar{t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				s, _ := store.Get(r, "old")
				s.Values["n"], s.Values["user"], s.Values[7] = 41, "ann", "seven"
				s.AddFlash("left behind")
				if err := s.Save(r, w); err != nil {
					t.Fatal(err)
				}
			}), map[string]string{}}
			j.get("/")
			j.h = session.New(session.Config{Keys: []session.Key{{1}}, Migrate: gorillastore.Migrate(store, "old")})(http.HandlerFunc(handler))
			if j.get("/"); len(j.cookies) != 1 || j.cookies["old"] == "" {
				t.Fatalf("a request that needs no session has cookies %v", j.cookies)
			}
			j.want("/n", "41")
			if len(j.cookies) != 1 || j.cookies["__Host-session"] == "" {
				t.Errorf("got cookies %v", j.cookies)
			}
			j.get("/add")
			j.want("/n", "42")
			j.want("/flashes", "[]")
			j.get("/destroy")
			j.want("/n", "0")
			j.cookies["old"] = "MTc1fERYOEVBUUxfZ0FBQkVBRVFBQUFfX19f"
			j.want("/n", "0")
		})
	}
}
