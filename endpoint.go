package gangplank

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
)

// endpoint is a route in chi's tree.
type endpoint struct {
	route   *Route
	pattern string       // as chi states it in r.Pattern
	handler http.Handler // with the layers of With and Group around it
	inTree  http.Handler // what chi calls
}

func (r *Router) endpoint(route *Route, h http.Handler) *endpoint {
	alone := chi.Context{RoutePatterns: []string{route.pattern}}
	e := &endpoint{route: route, pattern: alone.RoutePattern(), handler: &innermost{h}}
	if e.inTree = e; r.outer != nil && len(r.layers) > 0 {
		e.inTree = e.chain(r.layers)
	}
	return e
}

// chain puts layers around the handler, once for all ways to it, and inside e, so
// that they know the route. What it returns is e, as chi.Walk knows a handler with
// inline middleware.
func (e *endpoint) chain(layers []Layer) http.Handler {
	enter := func(h http.Handler) http.Handler {
		e.handler = h
		return e
	}
	all := append([]Middleware{enter}, functions(layers)...)
	chain := chi.Chain(all...).Handler(e.handler).(*chi.ChainHandler)
	chain.Middlewares = chain.Middlewares[1:]
	return chain
}

// ServeHTTP is what chi calls when it was left to chi to find the route. It makes
// the Context and the request what they are when we have found it: see [Router.find].
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c := attached(r); c != nil { // else a foreign middleware took its context away
		c.note(e.route)
	}
	if r.URL.RawPath != "" {
		if rctx := chi.RouteContext(r.Context()); rctx != nil { // chi calls us, but so may whoever has walked the tree
			decodePathValues(r, rctx.URLParams.Keys)
		}
	}
	e.handler.ServeHTTP(w, r)
}

// innermost is the user's handler of a route. The request that it gets may be a
// copy that a layer has made: the files of its form are to go with the request.
type innermost struct{ handler http.Handler }

func (h *innermost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.handler.ServeHTTP(w, r)
	if r.MultipartForm != nil {
		From(r).keepForm(r)
	}
}

// endpoints are a tree's routes by pattern and method, "" standing for all: what
// chi knows and does not tell. The last one to be registered counts, as in chi, and
// so comes first.
type endpoints map[string][]methodEndpoint

type methodEndpoint struct {
	method string
	*endpoint
}

func (t endpoints) find(pattern, method string) *endpoint {
	for _, e := range t[pattern] {
		if e.method == method || e.method == "" {
			return e.endpoint
		}
	}
	return nil
}

func (t endpoints) set(pattern, method string, e *endpoint) {
	t[pattern] = append([]methodEndpoint{{method, e}}, t[pattern]...)
}

// unset is for what Mount has put in a route's place.
func (t endpoints) unset(pattern string) {
	if !strings.HasSuffix(pattern, "/") { // chi registers the mount point itself, too
		delete(t, pattern)
		pattern += "/"
		delete(t, pattern)
	}
	delete(t, pattern+"*")
}
