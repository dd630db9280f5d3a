package oneshot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/netbuf"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// conn is one connection from a front server. Its goroutine reads the request,
// runs the handler and sends what is left of the answer. While the handler runs,
// a second goroutine may read the connection: that of the body, if it is read
// ahead, or that of the watch.
type conn struct {
	*serve.Conn
	*server
	ctx       context.Context
	in        netbuf.Reader
	deadlines serve.Deadlines
	watch     serve.Watch
	out       serve.Sender
	x         *exchange   // nil before the request
	lost      atomic.Bool // it broke
}

func (s *server) newConn(ctx context.Context, sc *serve.Conn) *conn {
	c := &conn{Conn: sc, server: s, ctx: ctx}
	c.in.Init(sc.Conn)
	c.deadlines.Init(sc.Conn, &s.timeouts)
	c.deadlines.Enter(serve.HeadPhase)
	c.watch.Init(&c.deadlines)
	c.out.Init(sc, s.timeouts.Write, c.writeFailed)
	return c
}

// writeFailed is called by whoever writes.
func (c *conn) writeFailed(err error) {
	c.lost.Store(true)
	if c.x != nil {
		c.x.ctx.Cancel(err)
	}
}

// close also comes from a handler that calls runtime.Goexit, while others read.
func (c *conn) close() {
	c.Close()
	c.watch.End()
	if c.x != nil {
		c.x.input.finish(0)
	}
	c.in.Release()
}

func (s *server) serveConn(ctx context.Context, sc *serve.Conn) {
	c := s.newConn(ctx, sc)
	defer c.close()
	block, err := c.readHead()
	if err != nil {
		c.headFailed(err)
		return
	}
	x, w, r, refusal := c.newExchange(block)
	broken := false
	if refusal != nil {
		x.refuse(w, refusal)
	} else {
		broken = x.run(w, r)
	}
	x.end(broken)
}

// refuseConn answers a connection that is one too many, once it turns out to
// carry a request.
func (s *server) refuseConn(ctx context.Context, sc *serve.Conn) {
	c := s.newConn(ctx, sc)
	defer c.close()
	if _, _, err := c.readPrefix(); err != nil {
		return
	}
	c.log.Warn(c.Name+": connection refused: too many", "limit", c.maxConns, "remote", c.remote())
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
		c.deadlines.BeforeRead()
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
		c.deadlines.BeforeRead()
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
		c.out.Answer(reply)
	case errors.As(err, &status):
		c.log.Warn(c.Name+": request refused", "error", err, "remote", c.remote())
		c.refuse(gangplank.StatusOf(err))
	default:
		c.log.Warn(c.Name+": connection dropped", "error", err, "remote", c.remote())
	}
}

// refuse answers with a page of HTTP's own, which the client gets to see.
func (c *conn) refuse(status int) {
	page := c.AppendHead(nil, status, http.Header{"Content-Type": {"text/plain; charset=utf-8"}})
	page = append(page, http.StatusText(status)+"\n"...)
	if c.out.Answer(page) == nil {
		c.Linger(&c.deadlines, &c.in)
	}
}

func (c *conn) remote() string { return c.RemoteAddr().String() }
