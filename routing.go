package gangplank

import (
	"context"
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

	entry entry        // of the outermost Router, which resolves names
	inner *entry       // of the nearest below that the outermost does not know
	route *Route       // the chosen one
	last  *chi.Context // tells the pattern when a chi.Mux of somebody else's is at work

	nparams uint8
	params  [4]string // of route: keys, then values, of up to two parameters
}

// entry is a Router, the path that it was given to route, and the number of
// mounts that the request had passed by then.
type entry struct {
	router *Router
	path   string
	mounts int
}

// deferred stands in claimed for a route state that nobody has asked for.
var deferred = chi.NewRouteContext()

// claim makes e's Router the outermost, and unclaim undoes it.
func (c *Context) claim(e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.routing.claim(e)
}

func (g *routing) claim(e *entry) {
	g.begin(*e, nil)
	g.claimed.Store(deferred)
}

func (g *routing) begin(e entry, rctx *chi.Context) {
	g.entry, g.inner, g.route, g.last, g.nparams = e, nil, nil, rctx, 0
}

func (c *Context) unclaim() { c.routing.claimed.Store(nil) }

// unasked reports whether what ctx, the request's, answers to chi's key is for us
// to say, and has not been said. A layer's context may have an answer of its own:
// to find out we must ask, and take back what we said, unless it has a method
// Outer, which says that it only has answers to keys of its own.
func (c *Context) unasked(ctx context.Context) bool {
	if c.routing.claimed.Load() != deferred {
		return false
	}
	for {
		if _, ours := ctx.(*requestContext); ours {
			return true
		}
		layer, ok := ctx.(interface{ Outer() context.Context })
		if !ok {
			break
		}
		ctx = layer.Outer()
	}
	rctx := chi.RouteContext(ctx)
	return rctx != nil && c.routing.claimed.CompareAndSwap(rctx, deferred)
}

// choose notes what a search on rctx found, nil for nothing, and claims c first if
// outermost says so. It reports false if somebody has got hold of the request's
// own route state meanwhile: then that is where chi has to work.
func (c *Context) choose(e *endpoint, rctx *chi.Context, outermost *entry) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &c.routing
	if outermost != nil {
		g.claim(outermost)
	} else if g.claimed.Load() != deferred {
		return false
	}
	g.route, g.nparams = nil, 0
	if e == nil {
		return true
	}
	g.route = e.route
	keys, values := rctx.URLParams.Keys, rctx.URLParams.Values
	if 2*len(keys) > len(g.params) { // too many to keep here
		own := rctx.Clone()
		own.Routes = g.entry.router
		return g.claimed.CompareAndSwap(deferred, own)
	}
	g.nparams = uint8(len(keys))
	for i, key := range keys {
		g.params[i], g.params[len(keys)+i] = key, values[i]
	}
	return true
}

// note is choose for a route that chi has found.
func (c *Context) note(route *Route) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &c.routing
	g.route = route
	if rctx := g.claimed.Load(); route.mount && rctx != nil && rctx != deferred {
		g.last = rctx // a chi.Mux in there only notes its pattern here
	}
}

// routeContext is what r.Context() answers to chi's key.
func (c *Context) routeContext() *chi.Context {
	g := &c.routing
	rctx := g.claimed.Load()
	if rctx != deferred {
		return rctx
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if rctx = g.claimed.Load(); rctx != deferred {
		return rctx
	}
	if rctx = c.newRouteContext(); !g.claimed.CompareAndSwap(deferred, rctx) {
		return nil // the Router has returned
	}
	return rctx
}

// newRouteContext makes the route state that chi would have by now.
func (c *Context) newRouteContext() *chi.Context {
	g := &c.routing
	own := new(struct {
		chi.Context
		keys, values, patterns [2]string // room for what a Router in a Router finds
	})
	rctx := &own.Context
	rctx.Routes, rctx.RoutePatterns = g.entry.router, own.patterns[:0]
	rctx.URLParams = chi.RouteParams{Keys: own.keys[:0], Values: own.values[:0]}
	if g.route != nil {
		rctx.RouteMethod = c.subject.Method
		rctx.RoutePatterns = append(rctx.RoutePatterns, g.route.pattern)
		for i := range g.nparams {
			rctx.URLParams.Add(g.params[i], g.params[g.nparams+i])
		}
	}
	if g.entry.router.exposed {
		g.last = rctx
	}
	return rctx
}

// enter notes a Router that works under somebody else's chi.Mux, or under a
// Router of ours that does not know it because a foreign handler stands between.
// What it returns is for leave.
func (c *Context) enter(router *Router, rctx *chi.Context, path string) (foreign *chi.Context, outer *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g, e := &c.routing, entry{router, path, len(rctx.RoutePatterns)}
	if g.claimed.Load() == nil && g.last != rctx {
		g.begin(e, rctx)
		return rctx, nil
	}
	outer = g.inner
	if router.root() != g.entry.router.root() {
		g.inner = &entry{router, path, e.mounts}
	}
	return nil, outer
}

// leave ends what enter began. A foreign chi.Mux will use its route state for
// another request, so the pattern is kept in a copy, where only it has that.
func (c *Context) leave(foreign *chi.Context, outer *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &c.routing
	g.inner = outer
	if foreign == nil || g.last != foreign {
		return
	}
	g.last = nil
	if g.route == nil || g.route.mount {
		g.last = foreign.Clone()
	}
}

// entryOf returns where root, or a Router mounted below it, was entered.
func (c *Context) entryOf(root *Router) entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.routing.inner; e != nil && e.router.root() == root {
		return *e
	}
	return c.routing.entry
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

// Route returns the route that the Router chose, or nil before it did and where
// none matched. It stays known after the Router has returned.
func (c *Context) Route() *Route {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.routing.route
}

// Pattern returns the pattern of the chosen route with the prefixes of all
// mounts, such as "/pages/{name}", or "". Within a chi.Mux that is mounted in the
// Router, only the request's own goroutine may ask.
func (c *Context) Pattern() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	route, rctx := c.routing.route, c.routing.last
	if route != nil && (!route.mount || rctx == nil) {
		return route.Pattern()
	}
	return rctx.RoutePattern() // of a mounted chi.Mux, or ""
}
