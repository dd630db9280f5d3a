package gangplank_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/go-chi/chi/v5"
)

// A registration is one step of building a site, the same for chi and for us.
type registration struct {
	method  string // "" for Handle, "mount" for a Router below the pattern, "chi" for a chi.Mux, "handler" for anything else
	pattern string
	inline  bool // behind a layer of With
}

func (step registration) String() string {
	return fmt.Sprintf("%s %s %t", step.method, step.pattern, step.inline)
}

// chiTree and ourTree are where a site is built.
type tree interface {
	with(func(http.Handler) http.Handler) tree
	add(method, pattern string, h http.Handler)
	mount(pattern string, fill func(sub tree))
	handler(pattern string, h http.Handler)
}

type ourTree struct{ *gangplank.Router }

func (t ourTree) with(m func(http.Handler) http.Handler) tree { return ourTree{t.With(m)} }
func (t ourTree) handler(pattern string, h http.Handler)      { t.Mount(pattern, h) }
func (t ourTree) mount(pattern string, fill func(tree)) {
	t.Route(pattern, func(r *gangplank.Router) { fill(ourTree{r}) })
}
func (t ourTree) add(method, pattern string, h http.Handler) {
	if method == "" {
		t.Handle(pattern, h)
	} else {
		t.Method(method, pattern, h)
	}
}

// chiTree adds what we have more than chi: GET routes answer HEAD.
type chiTree struct {
	chi.Router
	heads map[string]bool // with a route of their own
}

func (t chiTree) with(m func(http.Handler) http.Handler) tree { return chiTree{t.With(m), t.heads} }
func (t chiTree) handler(pattern string, h http.Handler) {
	t.Mount(pattern, h)
	t.replaced(pattern)
}
func (t chiTree) mount(pattern string, fill func(tree)) {
	t.Route(pattern, func(r chi.Router) { fill(chiTree{r, map[string]bool{}}) })
	t.replaced(pattern)
}
func (t chiTree) replaced(pattern string) {
	if !strings.HasSuffix(pattern, "/") {
		delete(t.heads, pattern)
		pattern += "/"
		delete(t.heads, pattern)
	}
	delete(t.heads, pattern+"*")
}
func (t chiTree) add(method, pattern string, h http.Handler) {
	switch method {
	case "":
		t.Handle(pattern, h)
		delete(t.heads, pattern)
		return
	case http.MethodHead:
		t.heads[pattern] = true
	case http.MethodGet:
		if !t.heads[pattern] {
			t.Method(http.MethodHead, pattern, h)
		}
	}
	t.Method(method, pattern, h)
}

func mounts(method string) bool { return method == "mount" || method == "handler" || method == "chi" }

// construct applies the steps, and returns what chi or we panicked with.
func construct(site tree, steps []registration) (panicked any) {
	defer func() { panicked = recover() }()
	for i, step := range steps {
		at := site
		switch {
		case step.inline && mounts(step.method): // layers around it know little
			at = site.with(countLayer)
		case step.inline:
			at = site.with(tellLayer)
		}
		switch step.method {
		case "mount":
			at.mount(step.pattern, func(sub tree) {
				sub.add("GET", "/", tellRoute(i, "mounted /"))
				sub.with(tellLayer).add("GET", "/x/{id}", tellRoute(i, "mounted /x/{id}"))
				sub.add("POST", "/x/{x}/*", tellRoute(i, "mounted /x/{x}/*"))
			})
		case "chi":
			foreign := chi.NewRouter()
			foreign.Get("/x/{id}", tellRoute(i, "chi's /x/{id}").ServeHTTP)
			at.handler(step.pattern, foreign)
		case "handler":
			at.handler(step.pattern, tellRoute(i, "handler"))
		default:
			at.add(step.method, step.pattern, tellRoute(i, step.pattern))
		}
	}
	return nil
}

var paramKeys = []string{"x", "y", "z", "n", "id", "ext", "*"}

// told is the request as a handler or a layer finds it. chi leaves r.PathValue
// encoded when the path can only be matched in its raw form; we do not.
func told(r *http.Request) string {
	var b strings.Builder
	rctx := chi.RouteContext(r.Context())
	fmt.Fprintf(&b, "Pattern %q, RoutePattern %q, method %s, params %q, path values", r.Pattern, rctx.RoutePattern(), rctx.RouteMethod, rctx.URLParams)
	for _, key := range paramKeys {
		value := r.PathValue(key)
		if decoded, err := url.PathUnescape(value); err == nil && r.URL.RawPath != "" && gangplank.From(r).Detached() {
			value = decoded
		}
		fmt.Fprintf(&b, " %q", value)
	}
	return b.String()
}

func tellRoute(step int, what string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Told", fmt.Sprintf("step %d, %s: %s", step, what, told(r)))
	})
}

func countLayer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Layer", "passed")
		next.ServeHTTP(w, r)
	})
}

func tellLayer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Layer", told(r))
		next.ServeHTTP(w, r)
	})
}

var (
	comparedMethods  = []string{"GET", "HEAD", "POST", "DELETE", "QUERY", "BREW", ""}
	comparedPatterns = []string{
		"/", "/*", "/a", "/a/", "/a/*", "/{x}", "/{y}", "/{x}/", "/{x}/*", "/a/{x}", "/a/{y}", "/a/{y}/b", "/a/{x}-{y}", "/a/x.{ext}",
		"/{n:[0-9]+}", "/{n:[0-9]+}/{x}", "/{x}/{y}/{z}", "/{x}/{y}/{z}/*", "/a/{x}/{y}/", "/m/x/{z}",
	}
	comparedPaths = []string{
		"/", "/a", "/a/", "/b", "/b/", "/7", "/7/q", "/a/b", "/a/b/b", "/a/b-c", "/a/x.y", "/a/b/c/", "/a/b/c/d", "/b/c/d/e/f",
		"/a%2Fb", "/a/x%2Fy", "/a/%41", "/a/%41%2F%25", "/%7Bx%7D", "/m", "/m/", "/m/x/1", "/m/x/1/2", "/m/x/1%2F%252F/2%2F%252F", "/m/none", "//", "/a//b", "/a/%C3%A9",
	}
)

// compare sends all paths with all methods to both.
func compare(t *testing.T, steps []registration, ours, theirs http.Handler) {
	t.Helper()
	for _, method := range comparedMethods {
		for _, path := range comparedPaths {
			answer := func(h http.Handler) string {
				rec, r := httptest.NewRecorder(), httptest.NewRequest("GET", path, nil)
				r.Method = method
				h.ServeHTTP(rec, r)
				if rec.Code != http.StatusOK {
					return fmt.Sprint(rec.Code)
				}
				return fmt.Sprintf("%s; layers %q", rec.Header().Get("Told"), rec.Header()["Layer"])
			}
			if got, want := answer(ours), answer(theirs); got != want {
				t.Fatalf("%v:\n%s %s\n got %s\nwant %s", steps, method, path, got, want)
			}
		}
	}
}

func compareSites(t *testing.T, steps []registration) {
	t.Helper()
	ours, theirs := gangplank.New(), chi.NewRouter()
	got, want := construct(ourTree{ours}, steps), construct(chiTree{theirs, map[string]bool{}}, steps)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%v: panic %v, chi's %v", steps, got, want)
	}
	if want != nil {
		return
	}
	compare(t, steps, ours, theirs)
	compare(t, steps, attach(ours), theirs)
	layered := gangplank.New()
	layered.Use(attach, func(next http.Handler) http.Handler { return http.HandlerFunc(next.ServeHTTP) })
	construct(ourTree{layered}, steps)
	compare(t, steps, layered, theirs)
}

// What is registered later replaces what was there, and only that.
func TestOrderOfRegistration(t *testing.T) {
	for _, steps := range [][]registration{
		{{"GET", "/a", false}, {"", "/a", false}},
		{{"", "/a", false}, {"GET", "/a", false}},
		{{"", "/a", true}, {"POST", "/a", false}, {"", "/a", false}, {"QUERY", "/a", true}},
		{{"GET", "/{x}", false}, {"POST", "/{y}", false}},
		{{"GET", "/{x}", false}, {"", "/{y}", false}, {"POST", "/{x}", true}},
		{{"HEAD", "/a", false}, {"GET", "/a", false}},
		{{"GET", "/a", false}, {"HEAD", "/a", false}, {"GET", "/a", true}},
		{{"HEAD", "/a", false}, {"", "/a", false}, {"GET", "/a", false}},
		{{"GET", "/m", false}, {"mount", "/m", false}},
		{{"mount", "/{x}", false}},
		{{"mount", "/m", false}, {"GET", "/m", false}, {"GET", "/m/", false}},
		{{"chi", "/m", false}, {"GET", "/a", true}, {"", "/m/{x}", false}},
		{{"handler", "/m", true}, {"GET", "/m/*", false}},
		{{"GET", "/{n:[0-9]+}", false}, {"POST", "/{x}", false}, {"GET", "/*", false}},
	} {
		compareSites(t, steps)
	}
}

// Sites drawn by lot answer as chi does.
func TestSameAsChi(t *testing.T) {
	sites := 60
	if testing.Short() {
		sites = 10
	}
	lot := rand.New(rand.NewPCG(1, 2))
	kinds := []string{"", "GET", "GET", "POST", "HEAD", "QUERY", "GET", "DELETE", "mount", "handler", "GET", "", "chi"}
	for range sites {
		steps := make([]registration, 1+lot.IntN(12))
		for i := range steps {
			steps[i] = registration{kinds[lot.IntN(len(kinds))], comparedPatterns[lot.IntN(len(comparedPatterns))], lot.IntN(4) == 0}
			if mounts(steps[i].method) {
				steps[i].pattern = []string{"/m", "/m/", "/a", "/{x}", "/"}[lot.IntN(5)]
			}
		}
		compareSites(t, steps)
	}
}

// Code that was written for chi wraps these.
func TestNotFoundHandlers(t *testing.T) {
	r := gangplank.New()
	r.Get("/x", say("x"))
	old := r.NotFoundHandler()
	r.NotFound(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("X-Missing", "yes")
		old(w, req)
	})
	refuse := r.MethodNotAllowedHandler()
	r.MethodNotAllowed(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("X-Refused", "yes")
		refuse(w, req)
	})
	if rec := get(r, "GET", "/y"); rec.Code != http.StatusNotFound || rec.Header().Get("X-Missing") != "yes" {
		t.Errorf("GET /y: %d, %v", rec.Code, rec.Header())
	}
	if rec := get(r, "POST", "/x"); rec.Code != http.StatusMethodNotAllowed || rec.Header().Get("X-Refused") != "yes" || rec.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST /x: %d, %v", rec.Code, rec.Header())
	}
	if r.NotFoundHandler() == nil || r.MethodNotAllowedHandler() == nil {
		t.Error("nil handler")
	}
}
