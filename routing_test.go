package gangplank_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/go-chi/chi/v5"
	chimw "github.com/go-chi/chi/v5/middleware"
)

// Goroutines that ask for chi's route state at any moment, and keep it, never
// read another request's: -race would see chi reuse it.
func TestRouteStateAskedForWhileRouting(t *testing.T) {
	var wg sync.WaitGroup
	r := gangplank.New()
	r.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := make(chan struct{})
			done := make(chan struct{})
			wg.Go(func() {
				<-start
				var states [50]*chi.Context
				for i := range states {
					states[i] = chi.RouteContext(r.Context())
				}
				<-done // the request, and with it all routing, is over
				for _, rctx := range states {
					if rctx != nil && rctx.URLParam("name") != "" && rctx.URLParam("name") != r.URL.Path[1:] {
						t.Errorf("%s reads the route state of %s", r.URL.Path, rctx.URLParam("name"))
					}
				}
			})
			close(start)
			next.ServeHTTP(w, r)
			close(done)
		})
	})
	r.Get("/{name}", func(w http.ResponseWriter, r *http.Request) {})
	for range 20 {
		for _, name := range []string{"/alice", "/mallory", "/bob"} {
			get(r, "GET", name)
		}
	}
	wg.Wait()
}

// passed returns a layer that notes what the request knows when it passes.
func passed(note func(r *http.Request)) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			note(r)
			next.ServeHTTP(w, r)
		})
	}
}

// The layers of With know the route and the decoded parameters, wherever the
// Router stands, and are put around a handler once for all its methods.
func TestLayersOfWithKnowTheRoute(t *testing.T) {
	var got string
	made := 0
	layer := passed(func(r *http.Request) {
		got = fmt.Sprint(gangplank.From(r).Pattern(), " ", r.PathValue("id"), " ", chi.URLParam(r, "id"))
	})
	fill := func(r *gangplank.Router) {
		r.With(func(next http.Handler) http.Handler { made++; return layer(next) }).Get("/u/{id}", say("u"))
	}
	site, around := gangplank.New(), chi.NewRouter()
	fill(site)
	site.Route("/sub", fill)
	inner := gangplank.New()
	fill(inner)
	around.Mount("/in", inner)
	if made != 3 {
		t.Errorf("three routes were given the layer %d times", made)
	}
	for _, c := range []struct {
		h            http.Handler
		target, want string
	}{
		{site, "/u/a%2Fb", "/u/{id} a/b a%2Fb"},
		{site, "/sub/u/a%2Fb", "/sub/u/{id} a/b a%2Fb"},
		{around, "/in/u/a%2Fb", "/u/{id} a/b a%2Fb"},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			got = ""
			if get(c.h, method, c.target); got != c.want {
				t.Errorf("%s %s: got %q, want %q", method, c.target, got, c.want)
			}
		}
	}
}

// chi.Walk lists the layers of With and Group, and nothing of ours.
func TestWalkListsLayers(t *testing.T) {
	r := gangplank.New()
	r.Use(attach)
	r.Get("/0", say(""))
	r.With(attach, attach).Get("/2", say(""))
	r.With(attach).Mount("/1", func() *gangplank.Router { s := gangplank.New(); s.Get("/", say("")); return s }())
	got := map[string]int{}
	err := chi.Walk(r, func(method, route string, _ http.Handler, layers ...func(http.Handler) http.Handler) error {
		got[method+" "+route] = len(layers)
		return nil
	})
	want := map[string]int{"GET /0": 1, "HEAD /0": 1, "GET /2": 3, "HEAD /2": 3, "GET /1/": 2, "HEAD /1/": 2}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v %v, want %v", got, err, want)
	}
}

func TestInlineRouters(t *testing.T) {
	layers := 0
	count := passed(func(*http.Request) { layers++ })
	sub, r := gangplank.New(), gangplank.New()
	sub.Get("/u/{id}", say("sub"))
	r.With(count).With(count).Mount("/sub", sub)
	if got, want := get(r, "GET", "/sub/u/1").Body.String(), "sub name= pattern=/sub/u/{id} id=1/1"; got != want || layers != 2 {
		t.Errorf("mounted with two layers: %q, %d layers, want %q", got, layers, want)
	}
	for desc, register := range map[string]func(r *gangplank.Router){
		"route": func(r *gangplank.Router) { r.Get("/x", say("x")) },
		"mount": func(r *gangplank.Router) { r.Mount("/y", say("y")) },
	} {
		func() {
			defer func() {
				if p := recover(); p != "gangplank: Router.Use after the first route" {
					t.Errorf("Use in a group after a %s: panic %v", desc, p)
				}
			}()
			r.Group(func(r *gangplank.Router) {
				register(r)
				r.Use(count)
			})
		}()
	}
	r.Group(func(r *gangplank.Router) { r.Use(count) }) // the tree has routes, the group none
}

// Layers before routing may change what is routed, in each of the ways that chi
// knows, and may pass the request on again.
func TestLayersChangeTheRequest(t *testing.T) {
	type key struct{}
	again := func(change func(r *http.Request)) gangplank.Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(httptest.NewRecorder(), r)
				change(r)
				next.ServeHTTP(w, r)
			})
		}
	}
	copied := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, 1)))
		})
	}
	for desc, c := range map[string]struct {
		layer        gangplank.Middleware
		target, want string
	}{
		"path":         {passed(func(r *http.Request) { r.URL.Path = "/u/2" }), "/u/1", "GET /u/{id} /u/{id} 22"},
		"method":       {passed(func(r *http.Request) { r.Method = "PUT" }), "/u/1", "PUT /u/{id} /u/{id} 11"},
		"chi's path":   {passed(func(r *http.Request) { chi.RouteContext(r.Context()).RoutePath = "/u/2" }), "/u/1", "GET /u/{id} /u/{id} 22"},
		"chi's method": {passed(func(r *http.Request) { chi.RouteContext(r.Context()).RouteMethod = "PUT" }), "/u/1", "PUT /u/{id} /u/{id} 11"},
		"chi's, slash": {chimw.StripSlashes, "/u/1/", "GET /u/{id} /u/{id} 11"},
		"a copy":       {copied, "/u/1", "GET /u/{id} /u/{id} 11"},
		"again":        {again(func(*http.Request) {}), "/u/1", "GET /u/{id} /u/{id} 11"},
		"again, other": {again(func(r *http.Request) { r.URL.Path = "/v/2" }), "/u/1", "GET /v/{id} /v/{id} 22"},
		"second try":   {again(func(r *http.Request) { r.URL.Path = "/v/2" }), "/none", "GET /v/{id} /v/{id} 22"},
		"none again":   {again(func(r *http.Request) { r.URL.Path = "/none" }), "/u/1", "404"},
		"copied again": {func(next http.Handler) http.Handler { return copied(again(func(*http.Request) {})(next)) }, "/u/1", "GET /u/{id} /u/{id} 11"},
		"own route state": {func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				ctx := context.WithValue(r.Context(), chi.RouteCtxKey, chi.NewRouteContext())
				next.ServeHTTP(w, r.WithContext(ctx))
			})
		}, "/u/1", "GET /u/{id} /u/{id} 11"},
	} {
		r := gangplank.New()
		r.Use(c.layer)
		r.NotFound(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, 404, gangplank.From(r).Pattern()) })
		for _, route := range []string{"GET /u/{id}", "PUT /u/{id}", "GET /v/{id}"} {
			r.Handle(route, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				param := r.PathValue("id")
				if !strings.Contains(desc, "again") { // chi goes on with a route state that somebody has
					param = chi.URLParam(r, "id")
				}
				fmt.Fprint(w, route, " ", r.Pattern, " ", r.PathValue("id"), param)
			}))
		}
		for around, h := range map[string]http.Handler{"bare": r, "attached": attach(r)} {
			if got := get(h, "GET", c.target).Body.String(); got != c.want {
				t.Errorf("%s, %s: got %q, want %q", desc, around, got, c.want)
			}
		}
	}
}

// A handler may send parts of a batch through the Router again, with a route
// state of their own as chi wants it, while its own stays as it was.
func TestRouterWithinItself(t *testing.T) {
	for _, layers := range [][]func(http.Handler) http.Handler{nil, {passed(func(*http.Request) {})}} {
		r := gangplank.New()
		r.Use(layers...)
		r.Get("/part/{id}/{name}", say("part"))
		r.Get("/batch/{id}", func(w http.ResponseWriter, req *http.Request) {
			part := req.Clone(context.WithValue(req.Context(), chi.RouteCtxKey, chi.NewRouteContext()))
			part.URL.Path = "/part/2/x"
			r.ServeHTTP(w, part)
			fmt.Fprint(w, ", then ", chi.URLParam(req, "id"), req.PathValue("id"))
		})
		for desc, h := range map[string]http.Handler{"bare": r, "attached": attach(r)} {
			got := get(h, "GET", "/batch/1").Body.String()
			if !strings.HasSuffix(got, "id=2/2, then 11") {
				t.Errorf("%d layers, %s: got %q", len(layers), desc, got)
			}
		}
	}
}

// A route state that a goroutine got and keeps is its request's, also when it has
// more parameters than a Context keeps.
func TestRouteStateOutlivesRequest(t *testing.T) {
	var wg sync.WaitGroup
	over := make(chan struct{})
	r := gangplank.New()
	keep := func(w http.ResponseWriter, r *http.Request) {
		early, path := chi.RouteContext(r.Context()), r.URL.Path
		wg.Go(func() {
			<-over
			for _, rctx := range []*chi.Context{early, chi.RouteContext(r.Context())} {
				if rctx == nil { // the Router has let go of an attached request
					continue
				}
				if got := "/" + strings.Join(rctx.URLParams.Values, "/"); got != path || rctx.Routes == nil || rctx.RouteMethod != "GET" {
					t.Errorf("%s reads %s, of %s by %v", path, got, rctx.RouteMethod, rctx.Routes)
				}
			}
		})
	}
	r.Get("/{a}", keep)
	r.Get("/{a}/{b}/{c}/{d}", keep)
	for i := range 50 {
		get(r, "GET", fmt.Sprint("/", i))
		get(attach(r), "GET", fmt.Sprintf("/%d/%d/%d/x", i, i+1, i+2))
	}
	close(over)
	wg.Wait()
}

// Find and Match tell about mounted Routers too, also while one is asked to route.
func TestFindWhileRouting(t *testing.T) {
	r := gangplank.New()
	r.Route("/sub", func(r *gangplank.Router) { r.Get("/x/{id}", say("x")) })
	r.Get("/", func(w http.ResponseWriter, req *http.Request) {
		for _, rctx := range []*chi.Context{nil, chi.NewRouteContext(), chi.RouteContext(req.Context())} {
			if got, want := r.Find(rctx, "GET", "/sub/x/1"), "/sub/x/{id}"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})
	get(r, "GET", "/")
}

// A Router, too, may get routes late, as long as no request is served meanwhile.
func TestRoutesAfterTheFirstRequest(t *testing.T) {
	r := gangplank.New()
	r.Get("/{id}", say("first"))
	get(r, "GET", "/1")
	r.Handle("/{id}", say("second"))
	r.Mount("/m", say("mounted"))
	for target, want := range map[string]string{"/1": "second name= pattern=/{id} id=1/1", "/m/x": "mounted name= pattern=/m/* id=/"} {
		if got := get(r, "GET", target).Body.String(); got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
}
