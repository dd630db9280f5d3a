package httpd

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// attaching is the handler between net/http and the user's.
type attaching struct {
	server  *Server
	next    http.Handler
	mount   string            // as gateway.Strip wants it; "" is the root
	gateway gangplank.Gateway // shared by all requests, and never written
}

func (s *Server) handler() (http.Handler, error) {
	a := &attaching{server: s, next: s.Handler}
	if a.next == nil {
		a.next = http.DefaultServeMux
	}
	a.gateway.Interface = "HTTP"
	options, err := gateway.NewOptions(a.gateway.Interface, s.Mount, nil, false)
	if options.Mount != "/" {
		a.mount, a.gateway.ScriptName = options.Mount, strings.TrimSuffix(options.Mount, "/")
	}
	return a, err
}

// ServeHTTP attaches the request and calls the handler. A response that cannot
// be completed ends by net/http's own means, which know how to break off a
// connection or a stream.
func (a *attaching) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	gangplank.AttachedFunc(func(gw *gangplank.Writer, r *http.Request, c *gangplank.Context) { a.serve(w, gw, r, c) }).ServeHTTP(w, r)
}

func (a *attaching) serve(w http.ResponseWriter, gw *gangplank.Writer, r *http.Request, c *gangplank.Context) {
	a.server.conns.served(connOf(r))
	if a.server.IdleGrace > 0 || a.server.accepting.stopping.Load() {
		gw.BeforeHeadCall(a)
	}
	c.SetGateway(&a.gateway)
	if a.server.MaxBodyBytes > 0 && r.Body != http.NoBody {
		r.Body = http.MaxBytesReader(w, r.Body, a.server.MaxBodyBytes)
	}
	next := a.next
	if a.mount != "" && !a.strip(r) {
		next = http.NotFoundHandler()
	}
	if serve.Handle(next, gw, r, w, a.server.Logger) != nil {
		reset(r)
		panic(http.ErrAbortHandler)
	}
}

// BeforeHead implements gangplank.HeadHook: it says that an answer is its
// connection's last. net/http does not know that as long as IdleGrace lasts, and later
// still promises HTTP/1.0 clients the contrary. Over HTTP/2 it makes a GOAWAY of the
// field.
func (a *attaching) BeforeHead(_ *gangplank.Writer, _ *http.Request, status int, h http.Header) {
	if status != http.StatusSwitchingProtocols && a.server.accepting.stopping.Load() {
		h.Set("Connection", "close")
	}
}

// strip makes the request's path the one below the mount point. The URL is
// shared with net/http's own request, and is replaced as http.StripPrefix does.
func (a *attaching) strip(r *http.Request) bool {
	if r.URL.Path == "*" { // OPTIONS * is about the server
		return true
	}
	u := new(url.URL)
	*u = *r.URL
	r.URL = u
	return gateway.Strip(u, a.mount)
}
