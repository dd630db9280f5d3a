package cgi

import (
	"context"
	"io"
	"iter"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

// facts are a request's variables. They lie among what else is in the
// environment of the process: what the web server itself was started with, and
// what its administrator set, passwords perhaps. Vars, from which pages are
// made that people see, leaves out what is not known to belong to the request;
// Var has all, for those who know what they ask for.
type facts struct {
	gateway.Request
	stderr io.Writer
}

// Stderr returns the process's own, which the web server logs.
func (f *facts) Stderr() io.Writer { return f.stderr }

// Vars yields the request's own variables.
func (f *facts) Vars() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for name, value := range f.Request.Vars() {
			if isOfRequest(name) && !yield(name, value) {
				return
			}
		}
	}
}

// isOfRequest knows the names of RFC 3875, section 4.1, and those that Apache,
// lighttpd, nginx (by fcgiwrap) and IIS add.
func isOfRequest(name string) bool {
	switch name {
	case "AUTH_TYPE", "GATEWAY_INTERFACE", "HTTPS", "QUERY_STRING", "PATH_INFO", "PATH_TRANSLATED", "UNIQUE_ID", "UNENCODED_URL",
		"IIS_WasUrlRewritten", "LOCAL_ADDR", "COOKIE", "Authorization":
		return true
	}
	prefix, _, ok := strings.Cut(name, "_")
	if !ok {
		return false
	}
	switch prefix {
	case "CONTENT", "CONTEXT", "DOCUMENT", "HTTP", "REDIRECT", "REMOTE", "REQUEST", "SCRIPT", "SERVER", "SSL":
		return true
	}
	return false
}

// withLocalAddr adds the address to which the client connected, where net/http has it.
func withLocalAddr(ctx context.Context, environ gateway.Environ) context.Context {
	var host, port string
	for _, entry := range environ {
		switch name, value, _ := strings.Cut(entry, "="); name {
		case "SERVER_ADDR":
			host = value
		case "SERVER_PORT":
			port = value
		}
	}
	ap, err := netip.ParseAddrPort(net.JoinHostPort(strings.Trim(host, "[]"), port))
	if err != nil {
		return ctx
	}
	return context.WithValue(ctx, http.LocalAddrContextKey, net.Addr(net.TCPAddrFromAddrPort(ap)))
}
