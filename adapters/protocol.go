package adapters

import (
	"context"
	"net"
	"net/http"

	"github.com/gangplank-web/gangplank/adapters/internal/listen"
)

// server is what Serve needs of a protocol's Server.
type server interface {
	Validate() error
	Serve(net.Listener) error
	Shutdown(context.Context) error
	Close() error
}

// protocol is a scheme and how to serve it.
type protocol struct {
	listen.Scheme

	// open makes a server, which binds nothing yet. It claims the options of its protocol, and reports to them what Validate cannot
	// find wrong because it depends on the address.
	open func(setup) server
}

// setup is what a server is made from.
type setup struct {
	handler http.Handler
	base    func(net.Listener) context.Context // for BaseContext
	address *listen.Address
	options *listen.Options // of the address
}

// protocols is the table of what can be served. A further one is a line here and a file with its open function.
var protocols = []protocol{
	{listen.Scheme{Name: "http"}, openHTTP},
	{listen.Scheme{Name: "https"}, openHTTPS},
	{listen.Scheme{Name: "fastcgi", Gateway: true}, openFastCGI},
	{listen.Scheme{Name: "scgi", Gateway: true}, openSCGI},
	{listen.Scheme{Name: "uwsgi", Gateway: true}, openUwsgi},
	{listen.Scheme{Name: "ajp", Gateway: true}, openAJP},
}

func indexScheme(table []protocol, name string) int {
	for i, p := range table {
		if p.Name == name {
			return i
		}
	}
	return -1
}

func schemes(table []protocol) []listen.Scheme {
	list := make([]listen.Scheme, len(table))
	for i, p := range table {
		list[i] = p.Scheme
	}
	return list
}
