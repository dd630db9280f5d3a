package oneshot

import (
	"errors"
	"os"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// exchange is everything about a connection's request and its answer but the
// body, in one allocation. A handler can keep parts of it alive as long as it
// likes.
type exchange struct {
	variables
	conn    *conn
	facts   gateway.Request
	gateway gangplank.Gateway
	input   *input // nil if there is none
	serve.Response
}

// variables are a request's pairs, as one string in which all names and values
// are substrings. It is a gateway.Source, which takes the pairs from where they
// lie.
type variables struct {
	pairs string
	cut   func(pairs string) (name, value, rest string, err error)
}

// Pair implements gateway.Source.
func (v *variables) Pair(pos int) (name, value string, next int, ok bool) {
	if pos == len(v.pairs) {
		return "", "", pos, false
	}
	name, value, rest, err := v.cut(v.pairs[pos:])
	return name, value, len(v.pairs) - len(rest), err == nil
}

// newExchange makes the request that net/http would have made. When the variables
// make none, refusal says why.
func (c *conn) newExchange(pairs string) (x *exchange, refusal error) {
	x = &exchange{variables: variables{pairs, c.Cut}, conn: c}
	_, r := x.Init(&c.Link, (*view)(x), x)
	x.gateway, refusal = x.facts.Fill(r, &x.variables, &c.request)
	x.Exchange.SetGateway(&x.gateway)
	x.facts.SetUser(&x.Exchange.Context, &c.request)
	if refusal == nil {
		refusal = x.openBody(r)
	}
	return x, refusal
}

// end sends what is left of the answer, and ends the connection.
//
// An answer that breaks off can be told from a whole one only by a declared
// length that is not met, or by a reset. There is none on a unix socket.
func (x *exchange) end(broken bool) {
	c := x.conn
	c.Watch.End()
	if broken {
		x.Discard()
		if tcp, ok := c.Conn.Conn.(interface{ SetLinger(int) error }); ok {
			tcp.SetLinger(0)
		}
		return
	}
	err := x.sendEnd()
	switch ended := x.InputEnded.Load(); {
	case err != nil, c.Lost(), ended && len(c.in.Buffered()) == 0:
	case ended, x.input == nil: // what still comes is nobody's
		c.Linger(&c.in)
	case c.CloseWrite():
		x.input.finish(serve.DrainTime)
	}
}

// view is an exchange as package serve sees it: a serve.Request.
type view exchange

// Send implements serve.Request.
func (x *view) Send(p []byte) error { return (*exchange)(x).flush(p) }

// Close implements serve.Request.
func (x *view) Close() { x.input.close() }

// Drain implements serve.Request.
func (x *view) Drain(d time.Duration) error { return x.input.finish(d) }

// Due implements serve.Watched.
func (x *view) Due() { x.input.lookAhead() }

// Watch implements serve.Watched. What comes after a request is nobody's, and
// ends the watch: front servers send nothing, or, where the body is chunked, what
// is left of its trailer.
func (x *view) Watch() {
	if _, err := x.conn.in.Peek(1); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		x.Lose(err)
	}
}
