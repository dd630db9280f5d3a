package bench_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// The workload: a small site's routes, and a handler that does nothing, or reads its parameter. The response writer and
// the request are made once: what is measured is the way from the router's ServeHTTP to the handler.

// siteRoutes are all GET. Every router gets them; wildcards are written in its own way.
var siteRoutes = []string{
	"/", "/about", "/contact", "/news", "/news/{name}", "/login", "/logout",
	"/users", "/users/{name}", "/users/{name}/edit", "/users/{name}/posts/{post}",
	"/search", "/feeds/atom", "/feeds/rss", "/admin/reports/daily",
}

const (
	staticRoute = "/feeds/atom"
	paramRoute  = "/users/{name}"
)

// A router is one of the peers. handler returns siteRoutes with empty handlers, but for paramRoute's, which passes
// its parameter to got.
type router struct {
	name    string
	handler func(got func(name string)) http.Handler
}

var routers = []router{
	{"chi", chiSite},
	{"echo", echoSite},
	{"gangplank", gangplankSite},
	{"gin", ginSite},
	{"servemux", muxSite},
}

var routerCases = []struct{ route, path, param string }{
	{"static", staticRoute, ""},
	{"param", "/users/alice", "alice"},
}

func BenchmarkRouter(b *testing.B) {
	for _, c := range routerCases {
		b.Run("route="+c.route, func(b *testing.B) {
			for _, router := range routers {
				b.Run("router="+router.name, func(b *testing.B) { benchmarkRouter(b, router, c.path, c.param) })
			}
			b.Run("router=gangplank-attached", func(b *testing.B) { benchmarkAttached(b, c.path, c.param) })
		})
	}
}

func benchmarkRouter(b *testing.B, router router, path, param string) {
	var got string
	h := router.handler(func(name string) { got = name })
	w, r := newResponse(), httptest.NewRequest("GET", path, nil)
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(w, r)
	}
	if got != param || w.status() != http.StatusOK {
		b.Errorf("parameter %q, status %d; want %q, 200", got, w.status(), param)
	}
}

// A response throws the answer away and keeps no allocation of its own: net/http's is part of BenchmarkServer.
type response struct {
	header http.Header
	code   int
	body   int
}

func newResponse() *response { return &response{header: make(http.Header)} }

func (w *response) Header() http.Header  { return w.header }
func (w *response) WriteHeader(code int) { w.code = code }

func (w *response) Write(p []byte) (int, error) {
	w.body += len(p)
	return len(p), nil
}

func (w *response) WriteString(s string) (int, error) {
	w.body += len(s)
	return len(s), nil
}

// status is what net/http would have sent.
func (w *response) status() int {
	if w.code == 0 {
		return http.StatusOK
	}
	return w.code
}

// reset makes w ready for the next request.
func (w *response) reset() {
	clear(w.header)
	w.code, w.body = 0, 0
}
