package gangplank

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/go-chi/chi/v5"
)

// Router routes requests by method and path. It is a thin layer over chi: the
// patterns, the middleware and the speed are chi's, and so are the method names
// and parameters, so that code written for chi compiles with the constructor
// and the type's name changed. What it adds:
//
//   - registering methods return a *[Route], which can be named, and [URL]
//     builds links to named routes, mount points included;
//   - HEAD is served by the GET route where there is no route of its own;
//   - 404 and 405 (with Allow) are answered by the nearest [ErrorRenderer];
//   - the route is known to the [Context], and r.PathValue is always decoded;
//   - no route state is shared between requests, not even with a goroutine that
//     outlives its own.
//
// Use it under net/http, inside or around a chi.Mux or http.ServeMux, or on any
// adapter. Like chi's it must be set up before it serves.
type Router struct {
	mux    *chi.Mux
	outer  *Router // of an inline router (With, Group): the one with the tree
	layers []Layer

	// Of a router with a tree of its own:
	parent               *Router           // that this one is mounted in
	prefix               string            // where
	names                map[string]*Route // of it and of all below, in the root
	heads                map[string]bool   // patterns with a HEAD route of their own
	prepare              sync.Once
	notFound, notAllowed bool // the user has set a handler
}

var _ chi.Routes = (*Router)(nil)

// New returns an empty Router.
func New() *Router {
	return &Router{mux: chi.NewMux(), names: make(map[string]*Route), heads: make(map[string]bool)}
}

// NewRouter is New, by chi's name.
func NewRouter() *Router { return New() }

// tree returns the router whose tree r registers in.
func (r *Router) tree() *Router {
	for r.outer != nil {
		r = r.outer
	}
	return r
}

// root returns the outermost router that r's tree is mounted in.
func (r *Router) root() *Router {
	for r = r.tree(); r.parent != nil; r = r.parent.tree() {
	}
	return r
}

func (r *Router) addName(name string, t *Route) {
	if old, ok := r.names[name]; ok && old != t {
		panic(fmt.Sprintf("gangplank: route name %q is used twice, for %s and %s", name, old.Pattern(), t.Pattern()))
	}
	r.names[name] = t
}

// ServeHTTP routes the request. If nobody has attached it, the Router does; a
// Router without middleware then leaves w alone.
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	c := attached(req)
	switch {
	case c != nil:
		r.serve(w, req, c)
	case len(r.layers) > 0:
		gw, req, c := Attach(w, req)
		r.serve(gw, req, c)
		gw.Finish(w)
	default:
		c = new(Context)
		c.attach(req)
		r.serve(w, &c.req, c)
	}
}

func (r *Router) serve(w http.ResponseWriter, req *http.Request, c *Context) {
	r.prepare.Do(r.setDefaults)
	rctx := chi.RouteContext(req.Context())
	path := routePath(rctx, req)
	if rctx != nil { // below a Router that does not know us, or a chi.Mux
		c.enter(r, rctx, path)
	} else {
		c.claim(r, path)
		defer c.routing.claimed.Store(nil)
	}
	r.mux.ServeHTTP(w, req)
}

// routePath is what chi is going to route.
func routePath(rctx *chi.Context, req *http.Request) string {
	switch {
	case rctx != nil && rctx.RoutePath != "":
		return rctx.RoutePath
	case req.URL.RawPath != "":
		return req.URL.RawPath
	case req.URL.Path != "":
		return req.URL.Path
	}
	return "/"
}

// decodePathValues replaces the values of a path matched in its raw form.
func decodePathValues(req *http.Request) {
	rctx := chi.RouteContext(req.Context())
	if rctx == nil {
		return
	}
	for i, key := range rctx.URLParams.Keys {
		if value, err := url.PathUnescape(rctx.URLParams.Values[i]); err == nil {
			req.SetPathValue(key, value)
		}
	}
}

// setDefaults gives the tree, and chi hands it down to all that is mounted, the
// answers for what the user has not set. It waits for the first request so that
// a mounted Router inherits what its parent was told to do.
func (r *Router) setDefaults() {
	if r.outer != nil || r.parent != nil {
		return
	}
	if !r.notFound {
		r.mux.NotFound(func(w http.ResponseWriter, req *http.Request) {
			Fail(w, req, Error(http.StatusNotFound, ""))
		})
	}
	if !r.notAllowed {
		r.mux.MethodNotAllowed(func(w http.ResponseWriter, req *http.Request) {
			Fail(w, req, Error(http.StatusMethodNotAllowed, "").With("Allow", allowedMethods(req)))
		})
	}
}

var standardMethods = []string{
	http.MethodConnect, http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions,
	http.MethodPatch, http.MethodPost, http.MethodPut, http.MethodTrace,
}

// allowedMethods is the value of a 405's Allow field. chi keeps to itself what it
// found, so the tree that refused is asked again, method by method.
func allowedMethods(req *http.Request) string {
	rctx := chi.RouteContext(req.Context())
	if rctx == nil {
		return ""
	}
	routes, path := refusing(rctx), routePath(rctx, req)
	if routes == nil {
		return ""
	}
	var allowed []string
	for _, method := range standardMethods {
		if routes.Match(chi.NewRouteContext(), method, path) {
			allowed = append(allowed, method)
		}
	}
	return strings.Join(allowed, ", ")
}

// refusing follows the mounts that the request has passed to the innermost tree.
func refusing(rctx *chi.Context) chi.Routes {
	routes := rctx.Routes
	for _, passed := range rctx.RoutePatterns {
		i := slices.IndexFunc(routes.Routes(), func(t chi.Route) bool {
			return t.SubRoutes != nil && mountPrefix(t.Pattern) == mountPrefix(passed)
		})
		if i < 0 {
			return routes
		}
		routes = routes.Routes()[i].SubRoutes
	}
	return routes
}

// mountPrefix reduces the three patterns under which chi registers a mount,
// "/x", "/x/" and "/x/*", to one.
func mountPrefix(pattern string) string {
	return strings.TrimSuffix(strings.TrimSuffix(pattern, "/*"), "/")
}

// NotFound sets the handler for paths without a route. The default is [Fail]
// with a 404.
func (r *Router) NotFound(h http.HandlerFunc) {
	r.tree().notFound = true
	r.mux.NotFound(h)
}

// MethodNotAllowed sets the handler for paths that have routes, but none of the
// request's method. Allow is set before it is called. The default is [Fail] with
// a 405.
func (r *Router) MethodNotAllowed(h http.HandlerFunc) {
	r.tree().notAllowed = true
	r.mux.MethodNotAllowed(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Allow", allowedMethods(req))
		h(w, req)
	})
}

// Use appends middleware that runs before routing, for the whole tree. It
// panics after the first route, as chi does.
func (r *Router) Use(middlewares ...func(http.Handler) http.Handler) {
	r.mux.Use(middlewares...)
	r.layers = append(r.layers, named(middlewares)...)
}

// With returns a Router for routes of the same tree that get more middleware.
func (r *Router) With(middlewares ...func(http.Handler) http.Handler) *Router {
	inline := &Router{mux: r.mux.With(middlewares...).(*chi.Mux), outer: r}
	if r.outer != nil {
		inline.layers = slices.Clone(r.layers)
	}
	inline.layers = append(inline.layers, named(middlewares)...)
	return inline
}

// Group is With, for routes that fn registers.
func (r *Router) Group(fn func(r *Router)) *Router {
	inline := r.With()
	if fn != nil {
		fn(inline)
	}
	return inline
}

// Route mounts a new Router, which fn fills, below pattern.
func (r *Router) Route(pattern string, fn func(r *Router)) *Router {
	if fn == nil {
		panic(fmt.Sprintf("gangplank: Route(%q) without a function", pattern))
	}
	sub := New()
	fn(sub)
	r.Mount(pattern, sub)
	return sub
}

// Mount puts a handler below pattern: another Router, whose named routes then
// resolve with the prefix, a chi.Mux, or anything else. As in chi, URL.Path is
// left whole; http.StripPrefix shortens it for handlers that want that.
func (r *Router) Mount(pattern string, h http.Handler) *Route {
	route := &Route{router: r, pattern: strings.TrimSuffix(pattern, "/") + "/*", mount: true}
	switch sub := h.(type) {
	case *Router:
		sub.mountIn(r, pattern)
		r.mux.Mount(pattern, sub.mux)
	case chi.Routes: // chi looks into it
		r.mux.Mount(pattern, h)
	case nil:
		panic(fmt.Sprintf("gangplank: Mount(%q) of a nil handler", pattern))
	default:
		r.mux.Mount(pattern, &routeHandler{route, h})
	}
	return route
}

// mountIn makes parent's root the one that knows r's names.
func (r *Router) mountIn(parent *Router, prefix string) {
	tree := r.tree()
	if tree.parent != nil && len(tree.names) > 0 {
		panic(fmt.Sprintf("gangplank: Mount(%q) of a Router with named routes that is mounted already", prefix))
	}
	tree.parent, tree.prefix = parent, prefix
	root := parent.root()
	for name, route := range tree.names {
		root.addName(name, route)
	}
}

// Layers returns the Router's own middleware and its names, the outermost first.
func (r *Router) Layers() []Layer { return slices.Clone(r.layers) }

// Lookup returns the named route, or nil.
func (r *Router) Lookup(name string) *Route { return r.root().names[name] }

// Routes returns chi's view of the tree, for chi.Walk.
func (r *Router) Routes() []chi.Route { return r.mux.Routes() }

// Middlewares returns the Router's own middleware.
func (r *Router) Middlewares() chi.Middlewares { return r.mux.Middlewares() }

// Match reports whether a route matches. Unlike chi's it needs no Context.
func (r *Router) Match(rctx *chi.Context, method, path string) bool {
	return r.mux.Match(orNew(rctx), method, path)
}

// Find returns the pattern of the route that matches, or "".
func (r *Router) Find(rctx *chi.Context, method, path string) string {
	return r.mux.Find(orNew(rctx), method, path)
}

func orNew(rctx *chi.Context) *chi.Context {
	if rctx == nil {
		rctx = chi.NewRouteContext()
	}
	return rctx
}
