package httpd

import (
	"net"
	"net/http"
)

// reset makes a response that breaks off look so in HTTP/1.0 as well, where a body
// without a Content-Length ends with the connection: nginx's proxy_pass, which
// speaks it unless told otherwise, would pass half a page on as a whole one. A
// unix socket knows no reset.
func reset(r *http.Request) {
	own := connOf(r)
	if own == nil || r.ProtoAtLeast(1, 1) {
		return
	}
	c := own.Conn
	if secure, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = secure.NetConn()
	}
	if tcp, ok := c.(interface{ SetLinger(sec int) error }); ok {
		_ = tcp.SetLinger(0)
		_ = c.Close() // at once: TLS would say goodbye
	}
}
