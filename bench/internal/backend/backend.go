// Package backend lists the servers that the benchmarks compare, each serving a given http.Handler on a given
// listener, in this process or in a child of its own.
package backend

import (
	"fmt"
	"net"
	"net/http"
	"net/http/fcgi"

	"github.com/gangplank-web/gangplank/adapters/fastcgi"
	"github.com/gangplank-web/gangplank/adapters/httpd"
	"github.com/gangplank-web/gangplank/adapters/scgi"
	"github.com/gangplank-web/gangplank/adapters/uwsgi"
	"github.com/gangplank-web/gangplank/bench/internal/wire"
)

// A Backend is one way to serve a handler.
type Backend struct {
	Name     string
	Protocol wire.Protocol
	Serve    func(l net.Listener, h http.Handler) error
}

// All lists the backends; their names sort by protocol.
var All = []Backend{
	{"fastcgi-floor", wire.FastCGI, serveFloor},
	{"fastcgi-gangplank", wire.FastCGI, serveFastCGI},
	{"fastcgi-net-http-fcgi", wire.FastCGI, serveFCGI},
	{"http-gangplank", wire.HTTP, serveHTTPD},
	{"http-net-http", wire.HTTP, http.Serve},
}

// Once lists the backends whose protocols know of no kept connections.
var Once = []Backend{
	{"scgi-gangplank", wire.SCGI, serveSCGI},
	{"uwsgi-gangplank", wire.Uwsgi, serveUwsgi},
}

// Find returns the backend of that name.
func Find(name string) (Backend, error) {
	for _, b := range All {
		if b.Name == name {
			return b, nil
		}
	}
	return Backend{}, fmt.Errorf("backend: no backend %q", name)
}

func serveFastCGI(l net.Listener, h http.Handler) error {
	return (&fastcgi.Server{Handler: h}).Serve(l)
}

func serveSCGI(l net.Listener, h http.Handler) error { return (&scgi.Server{Handler: h}).Serve(l) }

func serveUwsgi(l net.Listener, h http.Handler) error { return (&uwsgi.Server{Handler: h}).Serve(l) }

func serveHTTPD(l net.Listener, h http.Handler) error { return (&httpd.Server{Handler: h}).Serve(l) }

func serveFCGI(l net.Listener, h http.Handler) error { return fcgi.Serve(l, h) }
