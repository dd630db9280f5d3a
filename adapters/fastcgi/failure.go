package fastcgi

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"

	"github.com/gangplank-web/gangplank/adapters/internal/respond"
)

// ErrAborted is the cause (see gangplank.Context.Cause) of a request's end when
// the front server sent FCGI_ABORT_REQUEST. Reads of its body and writes of its
// response return it.
var ErrAborted = errors.New("fastcgi: request aborted by the front server")

// errClosing ends a connection that Shutdown has closed.
var errClosing = errors.New("server is closing")

// headFailed ends a request that never got as far as a handler, and reports
// whether the connection is still good.
func (c *conn) headFailed(h *head, err error) (again bool) {
	switch {
	case err == ErrAborted:
		return c.Out.Answer(appendEnd(nil, h.id, 0, statusComplete)) == nil && h.keep && c.End()
	case err == errUnknownRole:
		c.set.Log.Warn("fastcgi: request refused", "error", err, "role", h.role, "remote", c.Remote())
		if c.Out.Answer(appendEnd(nil, h.id, 0, statusUnknownRole)) == nil && h.keep {
			return true
		}
		c.Linger(&c.in.src)
	case err == io.EOF, err == errClosing, errors.Is(err, net.ErrClosed):
	case h.id == 0 && c.in.between() && errors.Is(err, os.ErrDeadlineExceeded): // IdleTimeout, or nothing has come at all
	default:
		c.set.Log.Warn("fastcgi: connection dropped", "error", err, "remote", c.Remote())
		c.refuse(h.id, err)
	}
	return false
}

// refuse answers parameters that cannot be accepted with a page of HTTP's own,
// which the client gets to see; nothing else of the protocol's would tell it
// more than that the backend is broken.
func (c *conn) refuse(id uint16, err error) {
	var status int
	switch {
	case errors.Is(err, errParamsTooLong), errors.Is(err, errTooManyPairs):
		status = http.StatusRequestHeaderFieldsTooLarge
	case errors.Is(err, errPair):
		status = http.StatusBadRequest
	default:
		return
	}
	page := respond.AppendHead(nil, status, http.Header{"Content-Type": {"text/plain; charset=utf-8"}})
	page = append(page, http.StatusText(status)+"\n"...)
	b := appendStream(nil, typeStdout, id, page)
	b = appendHeader(b, typeStdout, id, 0)
	if c.Out.Answer(appendEnd(b, id, 0, statusComplete)) == nil {
		c.Linger(&c.in.src)
	}
}
