package gangplank

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/go-chi/chi/v5"
)

// ServeHTTP routes the request. If nobody has attached it, the Router does; a
// Router without middleware then leaves w alone.
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r = r.tree()
	c := attached(req)
	switch {
	case c != nil:
		r.serve(w, req, c, true)
	case len(r.layers) > 0:
		AttachedFunc(func(w *Writer, req *http.Request, c *Context) { r.serve(w, req, c, false) }).ServeHTTP(w, req)
	default:
		c = &Context{facts: &noFacts}
		c.attach(req)
		r.serve(w, &c.req, c, false)
		req.MultipartForm = c.keptForm()
	}
}

// serve routes. shared says that c is also that of handlers around, before and
// behind the Router, to which chi's key must not answer.
func (r *Router) serve(w http.ResponseWriter, req *http.Request, c *Context, shared bool) {
	r.prepare.Do(r.setup)
	if rctx := chi.RouteContext(req.Context()); rctx != nil { // below another Router, or a chi.Mux
		defer c.leave(c.enter(r, rctx, pathBelow(rctx, req)))
		r.handler.ServeHTTP(w, req)
		return
	}
	if shared {
		defer c.unclaim()
	}
	outermost := entry{router: r, path: pathBelow(nil, req)}
	if len(r.layers) == 0 && !r.exposed {
		r.route(w, req, c, &outermost)
		return
	}
	c.claim(&outermost)
	r.handler.ServeHTTP(w, req)
}

// dispatch is what the Router's middleware is around.
func (r *Router) dispatch(w http.ResponseWriter, req *http.Request) {
	if c := attached(req); c != nil && !r.exposed && c.unasked(req.Context()) {
		r.route(w, req, c, nil)
		return
	}
	r.mux.ServeHTTP(w, req)
}

// route serves a route of the outermost Router itself. The rest it leaves to chi:
// what is mounted, and what has no route. outermost says that c is still to be
// claimed, which one lock then does together with what is found.
func (r *Router) route(w http.ResponseWriter, req *http.Request, c *Context, outermost *entry) {
	if e := r.find(req, c, outermost); e != nil {
		e.handler.ServeHTTP(w, req)
		return
	}
	r.mux.ServeHTTP(w, req)
}

// find asks chi's tree for the request's route, and tells the Context and the
// request as chi would. chi's route state is large, and handlers hardly ever ask
// for it: so the search works on one from a pool, which nobody else gets to see,
// and if somebody asks after all, one of the request's own is made.
func (r *Router) find(req *http.Request, c *Context, outermost *entry) *endpoint {
	rctx := routePool.Get().(*chi.Context)
	defer routePool.Put(rctx)
	rctx.Reset()
	rctx.Routes, rctx.RouteMethod = searching, req.Method
	pattern := r.mux.Find(rctx, req.Method, routePath(nil, req))
	e := r.endpoints.find(pattern, req.Method)
	if !c.choose(e, rctx, outermost) || e == nil {
		return nil
	}
	req.Pattern = e.pattern
	for i, key := range rctx.URLParams.Keys {
		req.SetPathValue(key, rctx.URLParams.Values[i])
	}
	if req.URL.RawPath != "" {
		decodePathValues(req, rctx.URLParams.Keys)
	}
	return e
}

var routePool = sync.Pool{New: func() any { return chi.NewRouteContext() }}

// searching marks find's route states. A Router that is mounted, which chi asks to
// search on, has nothing to tell find.
var searching chi.Routes = chi.NewMux()

// decodePathValues makes r.PathValue what it is under net/http, the decoded value:
// chi leaves it encoded when the path could only be matched in its raw form
// ("/a%2Fb"). chi.URLParam stays as chi has it.
func decodePathValues(r *http.Request, keys []string) {
	for i, key := range keys {
		if slices.Index(keys, key) == i { // Routers below one another may use the same
			r.SetPathValue(key, unescape(r.PathValue(key)))
		}
	}
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

// pathBelow is the path that a Router is given to route, empty if nothing is left of it
// below the mount point. chi has a slash for that.
func pathBelow(rctx *chi.Context, req *http.Request) string {
	p := routePath(rctx, req)
	if p == "/" && req.URL.Path != p {
		return ""
	}
	return p
}

// setup composes the handler, and hands the answers for what has no route down
// to all that is mounted. It waits for the first request, so that it does not
// matter in which order a parent is told its own and sub-Routers are mounted.
func (r *Router) setup() {
	r.handler = http.HandlerFunc(r.dispatch)
	for _, layer := range slices.Backward(r.surrounded(r.layers)) {
		r.handler = layer.Middleware(r.handler)
	}
	if r.parent == nil {
		r.inherit(defaultNotFound, defaultNotAllowed)
	}
}

func defaultNotFound(w http.ResponseWriter, r *http.Request) {
	Fail(w, r, Error(http.StatusNotFound, ""))
}

func defaultNotAllowed(w http.ResponseWriter, r *http.Request) {
	Fail(w, r, Error(http.StatusMethodNotAllowed, ""))
}

// inherit sets the answers of r, and below, that the user has not set.
func (r *Router) inherit(notFound, notAllowed http.HandlerFunc) {
	if r.notFound == nil {
		r.notFound = notFound
	}
	if r.notAllowed == nil {
		r.notAllowed = notAllowed
	}
	r.mux.NotFound(r.notFound)
	r.mux.MethodNotAllowed(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Allow", r.allowedMethods(req))
		r.notAllowed(w, req)
	})
	for _, sub := range r.subs {
		sub.inherit(r.notFound, r.notAllowed)
	}
}

// NotFound sets the handler for paths without a route, here and in all that is
// mounted below and has none of its own. The default is [Fail] with a 404.
func (r *Router) NotFound(h http.HandlerFunc) { r.tree().notFound = r.inlined(h) }

// NotFoundHandler returns what answers for paths without a route.
func (r *Router) NotFoundHandler() http.HandlerFunc {
	if h := r.tree().notFound; h != nil {
		return h
	}
	return defaultNotFound
}

// MethodNotAllowed sets the handler for paths that have routes, but none of the
// request's method. Allow is set before it is called. The default is [Fail] with
// a 405.
func (r *Router) MethodNotAllowed(h http.HandlerFunc) { r.tree().notAllowed = r.inlined(h) }

// MethodNotAllowedHandler returns what answers for paths that have no route of the
// request's method. Called by hand it sets no Allow field.
func (r *Router) MethodNotAllowedHandler() http.HandlerFunc {
	if h := r.tree().notAllowed; h != nil {
		return h
	}
	return defaultNotAllowed
}

// inlined puts an inline router's middleware around h.
func (r *Router) inlined(h http.HandlerFunc) http.HandlerFunc {
	if r.outer == nil {
		return h
	}
	return Chain{r.layers}.Then(h).ServeHTTP
}

var standardMethods = []string{
	http.MethodConnect, http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions,
	http.MethodPatch, http.MethodPost, http.MethodPut, "QUERY", http.MethodTrace,
}

// allowedMethods is the value of a 405's Allow field. chi keeps to itself what it
// found, so the tree that refused is asked again, method by method.
func (r *Router) allowedMethods(req *http.Request) string {
	c, rctx := attached(req), chi.RouteContext(req.Context())
	if c == nil || rctx == nil {
		return ""
	}
	e := c.entryOf(r.root())
	if e.router == nil || e.mounts > len(rctx.RoutePatterns) {
		return ""
	}
	routes, path := refusing(e.router.mux, rctx.RoutePatterns[e.mounts:]), routePath(rctx, req)
	var allowed []string
	probe := chi.NewRouteContext()
	for _, method := range standardMethods {
		if probe.Reset(); routes.Match(probe, method, path) {
			allowed = append(allowed, method)
		}
	}
	return strings.Join(allowed, ", ")
}

// refusing follows the mounts that the request has passed to the innermost tree.
func refusing(routes chi.Routes, mounts []string) chi.Routes {
	for _, mount := range mounts {
		below := routes.Routes()
		i := slices.IndexFunc(below, func(t chi.Route) bool {
			return t.SubRoutes != nil && mountPrefix(t.Pattern) == mountPrefix(mount)
		})
		if i < 0 {
			return routes
		}
		routes = below[i].SubRoutes
	}
	return routes
}

// mountPrefix reduces the three patterns under which chi registers a mount,
// "/x", "/x/" and "/x/*", to one.
func mountPrefix(pattern string) string {
	return strings.TrimSuffix(strings.TrimSuffix(pattern, "/*"), "/")
}
