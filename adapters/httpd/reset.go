package httpd

import (
	"context"
	"net"
	"net/http"
)

type connKey struct{}

// connContext is http.Server's hook: what has to be broken off is then at hand.
func (s *Server) connContext(ctx context.Context, c net.Conn) context.Context {
	if s.ConnContext != nil {
		ctx = s.ConnContext(ctx, c)
	}
	if ctx == nil { // net/http says so
		return nil
	}
	return context.WithValue(ctx, connKey{}, c)
}

// reset makes a response that breaks off look so in HTTP/1.0 as well, where a body
// without a Content-Length ends with the connection: nginx's proxy_pass, which
// speaks it unless told otherwise, would pass half a page on as a whole one. A
// unix socket knows no reset.
func reset(r *http.Request) {
	if r.ProtoAtLeast(1, 1) {
		return
	}
	c, _ := r.Context().Value(connKey{}).(net.Conn)
	if secure, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = secure.NetConn()
	}
	if tcp, ok := c.(interface{ SetLinger(sec int) error }); ok {
		_ = tcp.SetLinger(0)
		_ = c.Close() // at once: TLS would say goodbye
	}
}
