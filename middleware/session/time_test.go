package session_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// remember is what auth knows of a session.
type remember interface {
	Remember(time.Duration)
	Bind(user string)
}

func timed() app {
	a := actions()
	a["/remember"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
		s.(remember).Remember(30 * 24 * time.Hour)
	}
	a["/too-long"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
		s.(remember).Remember(1000 * 24 * time.Hour)
	}
	a["/forget"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) { s.(remember).Remember(0) }
	return a
}

// step is a request after a while.
type step struct {
	after time.Duration
	path  string
	want  string
}

func TestTimeouts(t *testing.T) {
	const idle, absolute = time.Hour, 10 * time.Hour
	stepsOfReading := []step{{0, "/add", ""}}
	for range 11 {
		stepsOfReading = append(stepsOfReading, step{50 * time.Minute, "/n", "1"})
	}
	afterReading := func(steps ...step) []step { return slices.Concat(stepsOfReading, steps) } // appended to it, two would share memory
	for _, tt := range []struct {
		desc  string
		steps []step
	}{
		{"idle", []step{{0, "/add", ""}, {idle - time.Second, "/n", "1"}, {idle, "/n", "0"}}},
		{"untouched is idle", []step{{0, "/add", ""}, {50 * time.Minute, "/nothing", "nothing"}, {50 * time.Minute, "/n", "0"}}},
		{"used", afterReading(step{49 * time.Minute, "/n", "1"}, step{2 * time.Minute, "/n", "0"})},
		{"written", []step{{0, "/add", ""}, {50 * time.Minute, "/add", ""}, {50 * time.Minute, "/n", "2"}}},
		{"log-in starts anew", afterReading(step{0, "/login", ""}, step{50 * time.Minute, "/user", "ann"}, step{50 * time.Minute, "/user", "ann"})},
		{"remembered", []step{{0, "/login", ""}, {0, "/remember", ""}, {29 * 24 * time.Hour, "/user", "ann"}, {25 * time.Hour, "/user", ""}}},
		{"not for ever", []step{{0, "/login", ""}, {0, "/too-long", ""}, {89 * 24 * time.Hour, "/user", "ann"}, {25 * time.Hour, "/user", ""}}},
		{"no more", []step{{0, "/login", ""}, {0, "/remember", ""}, {0, "/forget", ""}, {idle, "/user", ""}}},
		{"revoked for as long as anything lives", []step{{0, "/login", ""}, {0, "/too-long", ""}, {0, "/everywhere", "<nil>"}, {89 * 24 * time.Hour, "/user", ""}}},
	} {
		for _, kind := range []string{"cookie revocations", "memory"} {
			synctest.Test(t, func(t *testing.T) {
				cfg := kinds()[kind]
				cfg.Idle, cfg.Absolute = idle, absolute
				b := open(t, session.New(cfg)(timed()))
				for i, s := range tt.steps {
					time.Sleep(s.after)
					if got := b.get(s.path).Body.String(); got != s.want {
						t.Errorf("%s, %s: step %d, %s: got %q, want %q", kind, tt.desc, i, s.path, got, s.want)
					}
				}
			})
		}
	}
}

// The note that all sessions were ended is forgotten in time; the next one must
// differ from it, or sessions from after the first would survive the second.
func TestEndAllAgain(t *testing.T) {
	for _, kind := range []string{"cookie revocations", "memory"} {
		synctest.Test(t, func(t *testing.T) {
			b := open(t, session.New(kinds()[kind])(timed()))
			const life = 90 * 24 * time.Hour
			b.get("/everywhere")
			time.Sleep(life - time.Hour)
			b.get("/login")
			b.get("/remember")
			time.Sleep(2 * time.Hour)
			b.want("/user", "ann")
			b.get("/everywhere")
			b.want("/user", "")
		})
	}
}

// Reading notes the session's use in steps; else each read would be a write.
func TestTouchIsRare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &spy{Store: session.NewMemory(1 << 20)}
		b := open(t, session.New(session.Config{Store: store, Idle: 16 * time.Minute})(actions()))
		b.get("/add")
		store.saves = 0
		for range 600 { // ten minutes
			time.Sleep(time.Second)
			b.want("/n", "1")
		}
		if store.saves != 10 {
			t.Errorf("600 reads in ten minutes have written %d times, want 10", store.saves)
		}
	})
}

// The browser keeps the cookie as long as the session is remembered.
func TestRememberCookie(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		b := open(t, session.New(cfg)(timed()))
		for _, tt := range []struct{ path, want string }{
			{"/login", ""},
			{"/remember", "; Max-Age=2592000;"},
			{"/renew", "; Max-Age=2592000;"},
			{"/too-long", "; Max-Age=7776000;"},
			{"/forget", ""},
			{"/destroy", "; Max-Age=0;"},
		} {
			c := b.get(tt.path).Header().Get("Set-Cookie")
			if tt.want == "" {
				if c == "" || strings.Contains(c, "Max-Age") {
					t.Errorf("%s: got %s", tt.path, c)
				}
			} else if !strings.Contains(c, tt.want) {
				t.Errorf("%s: got %s, want %s", tt.path, c, tt.want)
			}
		}
	})
}

// A request that was under way with an id from before Renew starts no session,
// whose cookie would replace the renewed one's; later one may.
func TestStaleID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := new(logged)
		b := open(t, l.handler(session.New(session.Config{Store: session.NewMemory(1 << 20)})(actions())))
		b.get("/add")
		old := tab(b)
		old.cookies = map[string]string{cookieName: b.cookies[cookieName]}
		b.get("/login")
		if w := old.get("/add"); len(w.Header()["Set-Cookie"]) != 0 {
			t.Errorf("the old id has a new session: %v", w.Header())
		}
		l.want(t, "ended by another request")
		if w := old.get("/login"); len(w.Header()["Set-Cookie"]) != 1 {
			t.Error("a log-in by its own was refused")
		}
		old.cookies = map[string]string{cookieName: "x"}
		time.Sleep(2 * time.Minute)
		old.get("/add")
		old.want("/n", "1")
	})
}

// What the session tells of itself.
func TestInfo(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		a := timed()
		a["/info"] = func(_ gangplank.Session, w http.ResponseWriter, r *http.Request) {
			s := session.From(r)
			fmt.Fprintf(w, "%v %v %q %v %v", s.IsNew(), s.ID() != "", s.User(), time.Since(s.Created()) < time.Hour, s.Remembered().After(time.Now()))
		}
		a["/id"] = func(_ gangplank.Session, w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, session.From(r).ID()) }
		b := open(t, session.New(cfg)(a))
		b.want("/info", `true false "" true false`)
		b.get("/login")
		b.get("/remember")
		b.want("/info", `false true "ann" true true`)
		id := b.get("/id").Body.String()
		if strings.Contains(b.cookies[cookieName], id) || len(id) != 12 {
			t.Errorf("got id %q", id)
		}
		b.want("/id", id)
		b.get("/renew")
		if b.get("/id").Body.String() == id {
			t.Error("the id outlives Renew")
		}
	})
}

// From outside of the middleware is a mistake that says so.
func TestFromOutside(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "not inside the middleware session.New") {
			t.Errorf("got %s", got)
		}
	}()
	session.From((&browser{t: t}).request("/"))
}
