package gangplank_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/go-chi/chi/v5"
)

// Allow is that of the tree which refused, whatever stands around it.
func TestAllowOfNestedRouters(t *testing.T) {
	sub := func() *gangplank.Router {
		s := gangplank.New()
		s.Post("/u/{id}", say("x"))
		s.Query("/q", say("x"))
		return s
	}
	around := chi.NewRouter()
	around.Mount("/known", sub())
	around.Mount("/wrapped", attach(sub()))
	around.Get("/u/{id}", say("outer"))
	ours := gangplank.New()
	ours.Mount("/known", sub())
	ours.Mount("/wrapped", attach(sub()))
	ours.Mount("/view", sub().Chi())
	ours.Handle("/handled/*", http.StripPrefix("/handled", sub()))
	ours.Get("/u/{id}", say("outer"))
	for _, c := range []struct {
		h             http.Handler
		target, allow string
	}{
		{around, "/known/u/1", "POST"},
		{around, "/wrapped/u/1", "POST"},
		{ours, "/known/u/1", "POST"},
		{ours, "/known/q", "QUERY"},
		{ours, "/wrapped/u/1", "POST"},
		{ours, "/view/u/1", "POST"},
		{ours, "/handled/u/1", "POST"},
	} {
		for desc, h := range map[string]http.Handler{"bare": c.h, "attached": attach(c.h)} {
			if rec := get(h, "GET", c.target); rec.Code != 405 || rec.Header().Get("Allow") != c.allow {
				t.Errorf("%s, %s: got %d, Allow %q, want 405 and %q", c.target, desc, rec.Code, rec.Header().Get("Allow"), c.allow)
			}
		}
	}
}

func TestMountOfView(t *testing.T) {
	sub, r := gangplank.New(), gangplank.New()
	sub.Get("/x", say("x")).Name("x")
	r.Mount("/sub", sub.Chi())
	if route := r.Lookup("x"); route == nil || route.Pattern() != "/sub/x" {
		t.Errorf("got %v", route)
	}
}

// Unlike in chi, also from a group in a group.
func TestNotFoundInNestedGroup(t *testing.T) {
	r := gangplank.New()
	r.Get("/x", say("x"))
	r.Group(func(r *gangplank.Router) {
		r.Group(func(r *gangplank.Router) {
			r.Use(attach)
			r.NotFound(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(410) })
			r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(409) })
		})
	})
	if a, b := get(r, "GET", "/none").Code, get(r, "POST", "/x").Code; a != 410 || b != 409 {
		t.Errorf("got %d and %d, want the group's 410 and 409", a, b)
	}
}

// A chi.Mux around the Router pools its route state: what a request's Context
// tells after its end must not come from there.
func TestPatternAfterForeignMux(t *testing.T) {
	var late *gangplank.Context
	foreign := chi.NewRouter()
	foreign.Get("/a", func(w http.ResponseWriter, r *http.Request) { late = gangplank.From(r) })
	foreign.Get("/b", func(w http.ResponseWriter, r *http.Request) {
		if got, want := late.Pattern(), "/in/sub/a"; got != want {
			t.Errorf("during another request: got %q, want %q", got, want)
		}
	})
	r := gangplank.New()
	r.Mount("/sub", foreign)
	around := chi.NewRouter()
	around.Mount("/in", r)
	get(around, "GET", "/in/sub/a")
	get(around, "GET", "/in/sub/b")
}

// A middleware that does not wait for its handler, as a timeout's, lets it route
// after the Router has returned.
func TestLateRouting(t *testing.T) {
	resume, done := make(chan bool), make(chan any)
	r := gangplank.New()
	r.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			go func() {
				defer func() { done <- recover() }()
				<-resume
				rec := httptest.NewRecorder()
				next.ServeHTTP(rec, r)
				if got, want := rec.Body.String(), "x name= pattern=/x/{id} id=7/7"; got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}()
		})
	})
	r.Get("/x/{id}", say("x"))
	for desc, h := range map[string]http.Handler{"bare": r, "attached": attach(r)} {
		get(h, "GET", "/x/7")
		resume <- true
		if p := <-done; p != nil {
			t.Errorf("%s: panic %v", desc, p)
		}
	}
}

// All methods of a Context may be called from other goroutines while the request
// is being routed. Run with -race.
func TestContextWhileRouting(t *testing.T) {
	sub := gangplank.New()
	sub.Use(attach)
	sub.Get("/u/{id}", say("x"))
	r := gangplank.New()
	r.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c, stop, stopped := gangplank.From(r), make(chan bool), make(chan bool)
			go func() {
				defer close(stopped)
				for {
					select {
					case <-stop:
						return
					default:
						_, _, _ = c.Pattern(), c.Route(), c.MountPoint()
					}
				}
			}()
			for range 100 {
				next.ServeHTTP(w, r)
			}
			close(stop)
			<-stopped
		})
	})
	r.Mount("/sub", sub)
	r.Mount("/foreign", attach(say("y")))
	r.Get("/x/{a}/{b}/{c}", say("z"))
	for range 10 {
		for _, target := range []string{"/sub/u/1", "/sub/none", "/foreign/1", "/x/1/2/3"} {
			get(r, "GET", target)
		}
	}
}
