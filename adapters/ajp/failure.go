package ajp

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"

	gangplank "github.com/gangplank-web/gangplank"
)

// errClosing ends a connection that Shutdown has closed.
var errClosing = errors.New("server is closing")

// headFailed ends a connection whose request never got as far as a handler. What
// a client may have caused is answered with a page of HTTP's own: front servers
// take a backend that just closes for a dead one, and all its other clients would
// suffer (CVE-2023-5379, CVE-2012-4557).
func (c *conn) headFailed(err error) (again bool) {
	var status interface{ HTTPStatus() int }
	switch {
	case err == io.EOF, err == errClosing, errors.Is(err, net.ErrClosed):
	case c.in.between() && errors.Is(err, os.ErrDeadlineExceeded): // IdleTimeout, or nothing has come at all
	case errors.As(err, &status):
		c.set.Log.Warn("ajp: request refused", "error", err, "remote", c.Remote())
		c.refuse(gangplank.StatusOf(err))
	case errors.Is(err, errTooLong):
		c.set.Log.Warn("ajp: request refused", "error", err, "limit", c.set.packetSize, "remote", c.Remote())
		c.refuse(http.StatusRequestHeaderFieldsTooLarge)
	default:
		c.set.Log.Warn("ajp: connection dropped", "error", err, "remote", c.Remote())
	}
	return false
}

// refuse answers with a page and ends the connection.
func (c *conn) refuse(status int) {
	b := appendPage(nil, status, c.set.packetSize)
	if c.Out.Answer(appendEnd(b, false)) == nil {
		c.Linger(&c.in.src)
	}
}

// appendPage appends a whole answer but for its end.
func appendPage(b []byte, status, packetSize int) []byte {
	b, _ = appendHead(b, status, http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, packetSize)
	text := http.StatusText(status) + "\n"
	b = append(b, make([]byte, chunkHeaderLen)...)
	putChunkHeader(b[len(b)-chunkHeaderLen:], len(text))
	b = append(b, text...)
	return append(b, 0)
}
