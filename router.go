package gangplank

import (
	"fmt"
	"net/http"
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
	mux    *chi.Mux // of an inline router: the tree's
	outer  *Router  // of an inline router (With, Group): the one that it was made of
	layers []Layer  // of an inline router: from the tree's to its own
	around []func(Layer) Middleware
	routed bool // has routes: no more layers

	// Of a router with a tree of its own:
	parent    *Router           // that this one is mounted in
	subs      []*Router         // mounted in this one
	prefix    string            // where it is mounted
	exposed   bool              // a foreign chi.Mux is mounted here or below, whose middleware sees chi's route state
	names     map[string]*Route // of the root: of it and of all below
	endpoints endpoints

	prepare    sync.Once
	handler    http.Handler     // layers around dispatch
	notFound   http.HandlerFunc // nil until the user or the parent sets it
	notAllowed http.HandlerFunc
}

var _ chi.Routes = (*Router)(nil)

// New returns an empty Router.
func New() *Router {
	return &Router{mux: chi.NewMux(), names: make(map[string]*Route), endpoints: make(endpoints)}
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

// expose notes that a foreign chi.Mux is mounted, for all trees around it.
func (r *Router) expose() {
	for ; r != nil; r = r.parent {
		r = r.tree()
		r.exposed = true
	}
}

func (r *Router) addName(name string, t *Route) {
	if old, ok := r.names[name]; ok && old != t {
		panic(fmt.Sprintf("gangplank: route name %q is used twice, for %s and %s", name, old.Pattern(), t.Pattern()))
	}
	r.names[name] = t
}

// Use appends middleware that runs before routing, for the whole tree. It
// panics after the first route, as chi does.
func (r *Router) Use(middlewares ...func(http.Handler) http.Handler) {
	if r.routed {
		panic("gangplank: Router.Use after the first route")
	}
	layers := named(middlewares)
	if r.outer != nil {
		layers = r.surrounded(layers)
	}
	r.layers = append(r.layers, layers...)
}

// With returns a Router for routes of the same tree that get more middleware.
func (r *Router) With(middlewares ...func(http.Handler) http.Handler) *Router {
	inline := &Router{mux: r.mux, outer: r}
	if r.outer != nil {
		inline.layers = slices.Clone(r.layers)
	}
	inline.Use(middlewares...)
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
	if view, ok := h.(chiView); ok {
		h = view.Router
	}
	switch sub := h.(type) {
	case *Router:
		sub.tree().mountIn(r, pattern)
		h = sub.tree()
	case chi.Routes: // chi looks into it, so it cannot be wrapped
		r.expose()
	case nil:
		panic(fmt.Sprintf("gangplank: Mount(%q) of a nil handler", pattern))
	default:
		h = &endpoint{route: route, handler: &innermost{h}}
	}
	mux, t := r.mux, r.tree()
	if r.outer != nil {
		mux = mux.With(functions(r.layers)...).(*chi.Mux)
	}
	mux.Mount(pattern, h)
	t.endpoints.unset(pattern)
	r.routed, t.routed = true, true
	return route
}

// mountIn makes parent's root the one that knows r's names.
func (r *Router) mountIn(parent *Router, prefix string) {
	root := parent.root()
	switch {
	case r == root:
		panic(fmt.Sprintf("gangplank: Mount(%q) of a Router in itself", prefix))
	case r.parent != nil && len(r.names) > 0:
		panic(fmt.Sprintf("gangplank: Mount(%q) of a Router with named routes that is mounted already", prefix))
	}
	r.parent, r.prefix = parent, prefix
	parent.tree().subs = append(parent.tree().subs, r)
	if r.exposed {
		parent.expose()
	}
	for name, route := range r.names {
		root.addName(name, route)
	}
}

// Around puts a probe, such as errorpage.Probe or a timer, around each layer:
// those of Use, whenever they were given, here and in all that is mounted below,
// and those that With and Group of this Router will be given. f replaces a layer,
// as in [Chain.Around], and is called before the first request is served.
func (r *Router) Around(f func(Layer) Middleware) {
	t := r.tree()
	t.around = append(t.around, f)
}

// surrounded returns layers with what Around was given, from here up.
func (r *Router) surrounded(layers []Layer) []Layer {
	for tree := r.tree(); tree != nil; {
		for _, f := range tree.around {
			layers = Chain{layers}.Around(f).layers
		}
		if tree.parent == nil {
			break
		}
		tree = tree.parent.tree()
	}
	return layers
}

func functions(layers []Layer) []func(http.Handler) http.Handler {
	functions := make([]func(http.Handler) http.Handler, len(layers))
	for i, layer := range layers {
		functions[i] = layer.Middleware
	}
	return functions
}

// Layers returns the Router's own middleware and its names, the outermost first.
func (r *Router) Layers() []Layer { return slices.Clone(r.layers) }

// Lookup returns the named route, or nil.
func (r *Router) Lookup(name string) *Route { return r.root().names[name] }

// Routes returns chi's view of the tree, for chi.Walk.
func (r *Router) Routes() []chi.Route { return r.mux.Routes() }

// Middlewares returns the Router's own middleware.
func (r *Router) Middlewares() chi.Middlewares { return functions(r.layers) }

// Match reports whether a route matches. Unlike chi's it needs no Context.
func (r *Router) Match(rctx *chi.Context, method, path string) bool {
	return r.mux.Match(orNew(rctx), method, path)
}

// Find returns the pattern of the route that matches, or "".
func (r *Router) Find(rctx *chi.Context, method, path string) string {
	if rctx != nil && rctx.Routes == searching {
		return ""
	}
	return r.mux.Find(orNew(rctx), method, path)
}

func orNew(rctx *chi.Context) *chi.Context {
	if rctx == nil {
		rctx = chi.NewRouteContext()
	}
	return rctx
}
