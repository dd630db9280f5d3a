package oneshot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/netbuf"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// conn is one connection from a front server, which carries one request.
type conn struct {
	serve.Link
	*server
	in netbuf.Reader
}

func (s *server) newConn(ctx context.Context, sc *serve.Conn) *conn {
	c := &conn{server: s}
	c.Init(ctx, sc, &s.service)
	c.in.Init(sc.Conn)
	c.Deadlines.Enter(serve.HeadPhase)
	return c
}

func (s *server) serveConn(ctx context.Context, sc *serve.Conn) {
	c := s.newConn(ctx, sc)
	defer c.Finish(&c.in)
	block, err := c.readHead()
	if err != nil {
		c.headFailed(err)
		return
	}
	x, refusal := c.newExchange(block)
	broken := false
	if refusal != nil {
		x.Refuse(refusal)
	} else {
		broken = x.Handle(x) != nil || x.Short()
	}
	x.end(broken)
}

// refuseConn answers a connection that is one too many, once it turns out to
// carry a request.
func (s *server) refuseConn(ctx context.Context, sc *serve.Conn) {
	c := s.newConn(ctx, sc)
	defer c.Finish(&c.in)
	if _, _, err := c.readPrefix(); err != nil {
		return
	}
	c.Service.Log.Warn(c.Name+": connection refused: too many", "limit", c.maxConns, "remote", c.Remote())
	c.refuse(http.StatusServiceUnavailable)
}

var errClosing = errors.New("server is closing")

// readHead reads up to the end of the block of variables.
func (c *conn) readHead() (pairs string, err error) {
	start, length, err := c.readPrefix()
	if err != nil {
		return "", err
	}
	if !c.Begin() {
		return "", errClosing
	}
	if length > c.paramBytes {
		return "", &refusal{http.StatusRequestHeaderFieldsTooLarge, fmt.Errorf("variables of %d bytes", length)}
	}
	c.in.Discard(start)
	pairs, err = c.readString(length)
	if err != nil {
		return "", err
	}
	if c.Block != nil {
		if pairs, err = c.Block(pairs); err != nil {
			return "", &refusal{http.StatusBadRequest, err}
		}
	}
	return pairs, c.check(pairs)
}

// readPrefix reads what says how long the block is, and leaves it in the buffer.
func (c *conn) readPrefix() (start, length int, err error) {
	for {
		b := c.in.Buffered()
		if start, length, err = c.Prefix(b); start > 0 || err != nil {
			return start, length, err
		}
		c.Deadlines.BeforeRead()
		if err := c.in.Fill(); err != nil {
			if err == io.EOF && len(b) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return 0, 0, err
		}
	}
}

// readString reads the next n bytes, piece by piece as they come: what a length
// announces costs nothing before it is there.
func (c *conn) readString(n int) (string, error) {
	var parts []byte
	for {
		b := c.in.Buffered()
		if left := n - len(parts); len(b) >= left {
			s := string(b[:left])
			c.in.Discard(left)
			return string(parts) + s, nil // which is s where all came in one piece
		}
		parts = append(parts, b...)
		c.in.Discard(len(b))
		c.Deadlines.BeforeRead()
		if err := c.in.Fill(); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return "", err
		}
	}
}

// check goes through all pairs: what is malformed is refused, and not cut off
// where it becomes so.
func (c *conn) check(pairs string) (err error) {
	for n := 0; pairs != ""; n++ {
		if n == c.params {
			return &refusal{http.StatusRequestHeaderFieldsTooLarge, fmt.Errorf("more than %d variables", n)}
		}
		if _, _, pairs, err = c.Cut(pairs); err != nil {
			return &refusal{http.StatusBadRequest, err}
		}
	}
	return nil
}

// refusal is an error that the client gets to see as a status.
type refusal struct {
	status int
	error
}

// HTTPStatus is what gangplank.StatusOf asks for.
func (r *refusal) HTTPStatus() int { return r.status }

// headFailed ends a connection whose request never got as far as a handler.
func (c *conn) headFailed(err error) {
	var reply Reply
	var status interface{ HTTPStatus() int }
	switch {
	case err == io.EOF, err == errClosing, errors.Is(err, net.ErrClosed):
	case errors.As(err, &reply):
		c.Out.Answer(reply)
	case errors.As(err, &status):
		c.Service.Log.Warn(c.Name+": request refused", "error", err, "remote", c.Remote())
		c.refuse(gangplank.StatusOf(err))
	default:
		c.Service.Log.Warn(c.Name+": connection dropped", "error", err, "remote", c.Remote())
	}
}

// refuse answers with a page of HTTP's own, which the client gets to see.
func (c *conn) refuse(status int) {
	page := c.AppendHead(nil, status, http.Header{"Content-Type": {"text/plain; charset=utf-8"}})
	page = append(page, http.StatusText(status)+"\n"...)
	if c.Out.Answer(page) == nil {
		c.Linger(&c.in)
	}
}
