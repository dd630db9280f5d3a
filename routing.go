package gangplank

import (
	"net/http"
	"sync/atomic"

	"github.com/go-chi/chi/v5"
)

// routing is the part of the Context in which a Router works. But for claimed it
// is guarded by the Context's mutex.
type routing struct {
	// claimed is what r.Context() answers to chi's key: set while an outermost
	// Router is at work, so that a chi.Mux before, behind or around it finds
	// what it would find without us.
	claimed atomic.Pointer[chi.Context]

	last  *chi.Context // of the Router that ran last, for the pattern
	entry entry        // of the outermost Router, which resolves names
	inner *entry       // of the nearest below that the outermost does not know
	route *Route

	// first, with room for what a route with two parameters needs, spares the
	// allocations of a request's first routing. It is never used again: a
	// goroutine that outlives the request may still read it.
	first    chi.Context
	keys     [2]string
	values   [2]string
	patterns [2]string
}

// entry is a Router and the path that it was given to route.
type entry struct {
	router *Router
	path   string
}

// claim makes router the outermost. Storing nil in claimed undoes it.
func (c *Context) claim(router *Router, path string) {
	c.mu.Lock()
	g := &c.routing
	rctx := &g.first
	if g.last != nil {
		rctx = chi.NewRouteContext() // the next in a cascade
	} else {
		rctx.URLParams.Keys = g.keys[:0]
		rctx.URLParams.Values = g.values[:0]
		rctx.RoutePatterns = g.patterns[:0]
	}
	rctx.Routes = router.mux
	g.last, g.entry, g.inner, g.route = rctx, entry{router, path}, nil, nil
	c.mu.Unlock()
	g.claimed.Store(rctx)
}

// enter notes a Router that works under somebody else's chi.Mux, or under a
// Router of ours that does not know it because a foreign handler stands between.
func (c *Context) enter(router *Router, rctx *chi.Context, path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &c.routing
	if g.claimed.Load() == nil {
		g.last, g.entry, g.inner, g.route = rctx, entry{router, path}, nil, nil
	} else if router.root() != g.entry.router.root() {
		g.inner = &entry{router, path}
	}
}

// lookup finds a named route, the nearest Router first, and what the Router that
// knows it was given to route.
func (c *Context) lookup(name string) (route *Route, routed string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &c.routing
	if g.inner != nil {
		if route := g.inner.router.Lookup(name); route != nil {
			return route, g.inner.path
		}
	}
	if g.entry.router == nil {
		return nil, ""
	}
	return g.entry.router.Lookup(name), g.entry.path
}

func (c *Context) matched(route *Route) {
	c.mu.Lock()
	c.routing.route = route
	c.mu.Unlock()
}

// Route returns the route that the Router chose, or nil before it did and where
// none matched. It stays known after the Router has returned.
func (c *Context) Route() *Route {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.routing.route
}

// Pattern returns the pattern of the chosen route with the prefixes of all
// mounts, such as "/pages/{name}", or "".
func (c *Context) Pattern() string {
	if route := c.Route(); route != nil && !route.mount {
		return route.Pattern()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.routing.last.RoutePattern() // of a mounted chi.Mux, or ""
}

// routeHandler is the endpoint of a route in chi's tree.
type routeHandler struct {
	route   *Route
	handler http.Handler
}

// ServeHTTP notes the route in the Context. It also makes r.PathValue what it is
// under net/http, the decoded value: chi leaves it encoded when the path could
// only be matched in its raw form ("/a%2Fb"). chi.URLParam stays as chi has it.
func (h *routeHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := attached(r)
	if c == nil { // a foreign middleware took the request's context away
		h.handler.ServeHTTP(w, r)
		return
	}
	c.matched(h.route)
	if r.URL.RawPath != "" {
		decodePathValues(r)
	}
	h.handler.ServeHTTP(w, r)
}
