package gangplank

import (
	"net/http"
	"net/url"
	"sync"
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
	last  *chi.Context // the route state, when it is not lent

	// chi's route state is large, and handlers hardly ever ask for it. So chi
	// works on one from a pool, which goes back before any code of the user's
	// could get hold of it; what it found is kept here, and if somebody asks for
	// chi's key after all, a new one is made.
	lent    bool
	nparams uint8
	lookups atomic.Int32 // of chi's key, to notice one that is not chi's
	params  [4]string    // keys, then values, of up to two parameters
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

var routePool = sync.Pool{New: func() any { return chi.NewRouteContext() }}

// claim makes router the outermost, and unclaim undoes it. Where no layer of the
// Router's comes before chi, chi gets its route state at once.
func (c *Context) claim(router *Router, path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &c.routing
	g.begin(entry{router: router, path: path}, nil)
	if len(router.layers) == 0 {
		c.lend()
	} else {
		g.claimed.Store(deferred)
	}
}

func (g *routing) begin(e entry, rctx *chi.Context) {
	g.entry, g.inner, g.route, g.last = e, nil, nil, rctx
	g.lent, g.nparams = false, 0
}

// unclaim does not pool what is lent: a goroutine that its middleware did not
// wait for is then still routing.
func (c *Context) unclaim() { c.routing.claimed.Store(nil) }

// depart is called when the layers around chi are behind: it lends chi a route
// state to work on, unless user code has one already.
func (c *Context) depart() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.routing.claimed.Load() == deferred {
		c.lend()
	}
}

// lend is called with c locked.
func (c *Context) lend() {
	g := &c.routing
	if g.entry.router.exposed {
		g.claimed.Store(c.newRouteContext())
		return
	}
	rctx := routePool.Get().(*chi.Context)
	rctx.Reset()
	rctx.Routes = g.entry.router
	g.lent = true
	g.lookups.Store(0)
	g.claimed.Store(rctx)
}

// chiLookups is how often chi asks for its key in order to route: once in
// ServeHTTP and once in routeHTTP. What another goroutine has asked for in
// between is not pooled.
const chiLookups = 2

// settle ends what lend began: chi has routed, and code of the user's comes
// next. The route state goes back to the pool if what it says can be kept here,
// and is else the request's own from now on.
func (c *Context) settle(route *Route) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &c.routing
	rctx := g.claimed.Load()
	if route != nil {
		g.route = route
		if route.mount && rctx != deferred { // a chi.Mux in there only notes its pattern here
			g.last = rctx
		}
	}
	if !g.lent || rctx == nil { // nil: the Router has returned, this is a goroutine that it left behind
		return
	}
	g.lent = false
	n := len(rctx.URLParams.Keys)
	if rctx.RoutePath != "" || 2*n > len(g.params) {
		return
	}
	for i, key := range rctx.URLParams.Keys {
		g.params[i], g.params[n+i] = key, rctx.URLParams.Values[i]
	}
	g.nparams = uint8(n)
	if !g.claimed.CompareAndSwap(rctx, deferred) {
		return
	}
	if g.lookups.Load() == chiLookups { // counted before the look: none can follow now
		routePool.Put(rctx)
	}
}

// routeContext is what r.Context() answers to chi's key.
func (c *Context) routeContext() *chi.Context {
	g := &c.routing
	if g.claimed.Load() == nil {
		return nil
	}
	g.lookups.Add(1)
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
	rctx := chi.NewRouteContext()
	rctx.Routes = g.entry.router
	if g.route != nil {
		rctx.RouteMethod = c.subject.Method
		rctx.RoutePatterns = []string{g.route.Pattern()}
		for i := range g.nparams {
			rctx.URLParams.Add(g.params[i], g.params[g.nparams+i])
		}
	}
	g.last = rctx
	return rctx
}

// around returns the route state that a Router finds itself in: the parent's, a
// foreign chi.Mux's, or none.
func (c *Context) around(r *http.Request) *chi.Context {
	if rctx := c.routing.claimed.Load(); rctx != nil && rctx != deferred {
		return rctx // chi is at work: the mount of one Router in another
	}
	return chi.RouteContext(r.Context())
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
	if c == nil { // a foreign middleware took its context away
		h.handler.ServeHTTP(w, r)
		return
	}
	c.settle(h.route)
	if r.URL.RawPath != "" {
		decodePathValues(r, c.routeContext()) // a layer of With may have settled before
	}
	h.handler.ServeHTTP(w, r)
	c.KeepForm(r)
}

func decodePathValues(r *http.Request, rctx *chi.Context) {
	if rctx == nil {
		return
	}
	for i, key := range rctx.URLParams.Keys {
		if value, err := url.PathUnescape(rctx.URLParams.Values[i]); err == nil {
			r.SetPathValue(key, value)
		}
	}
}

// settled lets the handlers of a Router that are not routes, such as NotFound,
// run when chi's route state is out of reach.
func settled(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := attached(r); c != nil {
			c.settle(nil)
		}
		h.ServeHTTP(w, r)
	})
}
