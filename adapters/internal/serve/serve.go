// Package serve is what the servers of all protocols share: accepting with
// back-off, limits, the peers that may connect, the registry of listeners and
// connections, graceful shutdown, and the isolation of panics.
//
// A protocol's Server keeps a [Core], which is useful as its zero value, and
// hands it [Options] with each listener:
//
//	func (s *Server) Serve(l net.Listener) error {
//		return s.core.Serve(l, serve.Options{Name: "fastcgi", Conn: s.serveConn, ...})
//	}
//	func (s *Server) Shutdown(ctx context.Context) error { return s.core.Shutdown(ctx) }
//	func (s *Server) Close() error                       { return s.core.Close() }
//
// Its connections are each a [Link], and its requests have a [Response], to which
// it adds what is framing.
package serve

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
)

// Options are a protocol's choices for one listener.
type Options struct {
	Name string // the protocol's package; begins what a panic says

	// Conn serves one connection and returns when it is done with. It runs in a
	// goroutine of the connection's own; the connection is closed after it.
	//
	// ctx is what BaseContext and ConnContext made, with the local address under
	// http.LocalAddrContextKey. Requests end with it, for which [Link] sees. It is
	// not cancelled when the connection breaks: only the protocol sees that, by an
	// error of its read, and cancels the request. That error comes also when Close,
	// or the end of Shutdown's patience, closes the connection.
	Conn func(ctx context.Context, c *Conn)

	// MaxConns bounds the connections, over all listeners of the Core;
	// 0 is no bound.
	MaxConns int

	// Refuse, if not nil, serves a connection that came when MaxConns were open,
	// to tell the peer in the protocol's own words. It should do so within a short
	// deadline. At most 64 are told at a time; others are closed.
	Refuse func(ctx context.Context, c *Conn)

	// Allow lists the addresses that may connect; empty is everybody. Peers on a
	// unix socket are always allowed: there the file's mode decides, and an abstract
	// socket, which has none, is as open to the machine's users as loopback.
	Allow []netip.Prefix

	Logger *slog.Logger // nil is slog.Default()

	// As in http.Server. The context that ConnContext returns is derived from one
	// that is cancelled when the connection's goroutine ends.
	BaseContext func(net.Listener) context.Context
	ConnContext func(ctx context.Context, c net.Conn) context.Context
}

func (o *Options) base(l net.Listener) context.Context {
	if o.BaseContext == nil {
		return context.Background()
	}
	ctx := o.BaseContext(l)
	if ctx == nil {
		panic(o.Name + ": BaseContext returned a nil context")
	}
	return ctx
}

// connContext makes the context of one connection. The cancellable one is made
// only for ConnContext, which may start something that has to end with the
// connection.
func (o *Options) connContext(base context.Context, c *Conn) context.Context {
	ctx := context.WithValue(base, http.LocalAddrContextKey, c.LocalAddr())
	if o.ConnContext == nil {
		return ctx
	}
	ctx, c.cancel = context.WithCancel(ctx)
	if ctx = o.ConnContext(ctx, c.Conn); ctx == nil {
		panic(o.Name + ": ConnContext returned a nil context")
	}
	return ctx
}

// allowed reports whether the peer may connect. An address that is neither a
// unix socket's nor one that the list could hold is not.
func (o *Options) allowed(peer net.Addr) bool {
	if len(o.Allow) == 0 || peer.Network() == "unix" {
		return true
	}
	ap, err := netip.ParseAddrPort(peer.String())
	if err != nil {
		return false
	}
	addr := ap.Addr().Unmap().WithZone("")
	return slices.ContainsFunc(o.Allow, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// Logger returns l, or slog.Default() in place of nil.
func Logger(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.Default()
	}
	return l
}

// Default returns v, or def if v is zero; a negative v, which switches a limit
// off, becomes zero.
func Default[T ~int | ~int64](v, def T) T {
	switch {
	case v == 0:
		return def
	case v < 0:
		return 0
	}
	return v
}

// Limit is Default for numbers that are compared with: no limit is the largest.
func Limit(v, def int) int {
	if v = Default(v, def); v == 0 {
		return int(^uint(0) >> 1)
	}
	return v
}
