package oneshot

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"

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
	response

	inputEnded atomic.Bool // nothing more of it will come
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
// make none, refusal says why; the Writer is there to tell the client.
func (c *conn) newExchange(pairs string) (x *exchange, w *gangplank.Writer, r *http.Request, refusal error) {
	x = &exchange{variables: variables{pairs, c.Cut}, conn: c}
	c.x = x
	c.out.Open(x)
	x.header = make(http.Header)
	w, r = x.ctx.Init(c.ctx, x)
	r.Body = http.NoBody
	x.gateway, refusal = x.facts.Fill(r, &x.variables, &c.request)
	x.ctx.SetGateway(&x.gateway)
	x.facts.SetUser(&x.ctx.Context, &c.request)
	if refusal == nil {
		refusal = x.openBody(r)
	}
	return x, w, r, refusal
}

// lose ends a request whose connection is of no more use.
func (x *exchange) lose(err error) {
	x.conn.lost.Store(true)
	x.ctx.Cancel(fmt.Errorf("%s: connection lost: %w", x.conn.Name, err))
}

// refuse answers a request that has no *http.Request.
func (x *exchange) refuse(w *gangplank.Writer, refusal error) {
	x.conn.log.Warn(x.conn.Name+": request refused", "error", refusal, "remote", x.conn.remote())
	status := gangplank.StatusOf(refusal)
	http.Error(w, http.StatusText(status), status)
	w.Finish(x)
	x.ctx.Cancel(nil)
}

// run calls the handler, and reports whether its answer is not to look whole.
func (x *exchange) run(w *gangplank.Writer, r *http.Request) (broken bool) {
	c := x.conn
	c.watch.Begin((*watched)(x), x.inputEnded.Load())
	err := serve.Handle(c.handler, w, r, x, c.log)
	x.ctx.Cancel(nil)
	x.input.close()
	if err == nil && x.owed > 0 && !c.lost.Load() {
		c.log.Error(c.Name+": response is shorter than its Content-Length", "missing", x.owed,
			"method", r.Method, "path", r.URL.Path)
		return true
	}
	return err != nil
}

// end sends what is left of the answer, and ends the connection.
//
// An answer that breaks off can be told from a whole one only by a declared
// length that is not met, or by a reset. There is none on a unix socket.
func (x *exchange) end(broken bool) {
	c := x.conn
	c.watch.End()
	if broken {
		x.discard()
		if tcp, ok := c.Conn.Conn.(interface{ SetLinger(int) error }); ok {
			tcp.SetLinger(0)
		}
		return
	}
	err := x.sendEnd()
	switch ended := x.inputEnded.Load(); {
	case err != nil, c.lost.Load(), ended && len(c.in.Buffered()) == 0:
	case ended, x.input == nil: // what still comes is nobody's
		c.Linger(&c.deadlines, &c.in)
	case c.CloseWrite():
		x.input.finish(serve.DrainTime)
	}
}

// watched is an exchange as serve.Watch sees it.
type watched exchange

// Due implements serve.Watched.
func (x *watched) Due() {
	if x.input.small() {
		x.input.readAhead()
	}
}

// Watch implements serve.Watched. What comes after a request is nobody's, and
// ends the watch: front servers send nothing, or, where the body is chunked, what
// is left of its trailer.
func (x *watched) Watch() {
	if _, err := x.conn.in.Peek(1); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		(*exchange)(x).lose(err)
	}
}
