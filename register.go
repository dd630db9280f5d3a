package gangplank

import (
	"net/http"
	"strings"
)

// Handle registers h for a pattern and all methods, or, when the pattern begins
// with one ("GET /x"), for that method.
func (r *Router) Handle(pattern string, h http.Handler) *Route {
	if i := strings.IndexAny(pattern, " \t"); i >= 0 {
		return r.Method(pattern[:i], strings.TrimLeft(pattern[i:], " \t"), h)
	}
	e, t := r.endpoint(&Route{router: r, pattern: pattern}, h), r.tree()
	t.mux.Handle(pattern, e.inTree)
	t.endpoints.set(pattern, "", e)
	r.routed, t.routed = true, true
	return e.route
}

// Method registers h for a method and a pattern. What is registered for GET
// answers HEAD as well, as in net/http, until HEAD gets a route of its own; the
// server leaves out the body.
func (r *Router) Method(method, pattern string, h http.Handler) *Route {
	method = strings.ToUpper(method)
	e, t := r.endpoint(&Route{router: r, method: method, pattern: pattern}, h), r.tree()
	t.method(method, pattern, e)
	if head := t.endpoints.find(pattern, http.MethodHead); method == http.MethodGet &&
		(head == nil || head.route.method != http.MethodHead) {
		t.method(http.MethodHead, pattern, e)
	}
	r.routed, t.routed = true, true
	return e.route
}

func (r *Router) method(method, pattern string, e *endpoint) {
	r.mux.Method(method, pattern, e.inTree)
	r.endpoints.set(pattern, method, e)
}

// HandleFunc is Handle for a function.
func (r *Router) HandleFunc(pattern string, h http.HandlerFunc) *Route { return r.Handle(pattern, h) }

// MethodFunc is Method for a function.
func (r *Router) MethodFunc(method, pattern string, h http.HandlerFunc) *Route {
	return r.Method(method, pattern, h)
}

// Connect registers a handler for CONNECT.
func (r *Router) Connect(pattern string, h http.HandlerFunc) *Route {
	return r.Method(http.MethodConnect, pattern, h)
}

// Delete registers a handler for DELETE.
func (r *Router) Delete(pattern string, h http.HandlerFunc) *Route {
	return r.Method(http.MethodDelete, pattern, h)
}

// Get registers a handler for GET, and for HEAD unless the pattern has one.
func (r *Router) Get(pattern string, h http.HandlerFunc) *Route {
	return r.Method(http.MethodGet, pattern, h)
}

// Head registers a handler for HEAD, instead of that for GET.
func (r *Router) Head(pattern string, h http.HandlerFunc) *Route {
	return r.Method(http.MethodHead, pattern, h)
}

// Options registers a handler for OPTIONS.
func (r *Router) Options(pattern string, h http.HandlerFunc) *Route {
	return r.Method(http.MethodOptions, pattern, h)
}

// Patch registers a handler for PATCH.
func (r *Router) Patch(pattern string, h http.HandlerFunc) *Route {
	return r.Method(http.MethodPatch, pattern, h)
}

// Post registers a handler for POST.
func (r *Router) Post(pattern string, h http.HandlerFunc) *Route {
	return r.Method(http.MethodPost, pattern, h)
}

// Put registers a handler for PUT.
func (r *Router) Put(pattern string, h http.HandlerFunc) *Route {
	return r.Method(http.MethodPut, pattern, h)
}

// Query registers a handler for QUERY, the safe method with a body.
func (r *Router) Query(pattern string, h http.HandlerFunc) *Route {
	return r.Method("QUERY", pattern, h)
}

// Trace registers a handler for TRACE.
func (r *Router) Trace(pattern string, h http.HandlerFunc) *Route {
	return r.Method(http.MethodTrace, pattern, h)
}
