package fastcgi

import (
	"errors"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	gangplank "github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// request is everything about one request but its body, in one allocation. A
// handler can keep parts of it alive as long as it likes, so it is never used
// again.
type request struct {
	head
	conn *conn
	facts
	gateway gangplank.Gateway
	input   *input // nil if there is none
	serve.Response

	aborted atomic.Bool
	stderr  atomic.Bool // something was written to it
}

// facts are what the request's variables say. They are embedded for the sake of
// view, which has all of their methods but one.
type facts = gateway.Request

// newRequest makes the request that net/http would have made. When the variables
// make none, refusal says why.
func (c *conn) newRequest(h *head) (rq *request, r *http.Request, refusal error) {
	rq = &request{head: *h, conn: c}
	_, r = rq.Init(&c.Link, rq.view(), rq)
	options := &c.set.request
	if h.role == roleAuthorizer {
		options = &c.set.authorizer
	}
	rq.gateway, refusal = rq.facts.Fill(r, &rq.params, options)
	rq.gateway.Role, rq.gateway.Facts = roleNames[h.role], rq.view()
	rq.Exchange.SetGateway(&rq.gateway)
	rq.facts.SetUser(&rq.Exchange.Context, options)
	return rq, r, refusal
}

var roleNames = [...]string{roleResponder: "RESPONDER", roleAuthorizer: "AUTHORIZER", roleFilter: "FILTER"}

// run calls the handler, and reports whether its answer is not to look whole. To
// whom has aborted it, nothing looks like anything: END_REQUEST is all that is
// wanted, also when the handler took the abort for a reason to panic, as
// httputil.ReverseProxy does.
func (rq *request) run() (broken bool) {
	err := rq.Handle(rq)
	return !rq.aborted.Load() && (err != nil || rq.Short())
}

// noRecord is the header of a record of version 0, which there is not.
var noRecord = make([]byte, headerLen)

// end ends a request after its handler, and reports whether the connection is
// fit for another one. A broken answer gets no END_REQUEST: the connection's end
// in its place is what front servers take for a broken answer, while none of
// them looks at an application status. For nginx even that is a good end of an
// answer whose length it does not know; on a record that is none, it drops its
// client's connection.
func (c *conn) end(rq *request, broken bool) (again bool) {
	c.Watch.End()
	c.served++
	if broken {
		rq.Discard()
		c.Out.Answer(noRecord)
		return false
	}
	keep := rq.keep && c.served < c.set.perConn && !c.Lost()
	if keep && !rq.InputEnded.Load() {
		keep = rq.drain()
	}
	if rq.sendEnd() != nil {
		return false
	}
	if keep {
		return c.End()
	}
	if !rq.InputEnded.Load() && !c.Lost() {
		rq.input.drain(0) // nobody else reads now
		c.Linger(&c.in.src)
	}
	return false
}

// drain reads a request's input to its end, which the front server must have
// sent before it is told END_REQUEST: h2o dies of one that comes earlier, and
// mod_proxy_fcgi never sends the rest. What there is of the answer goes first.
//
// nginx, with fastcgi_request_buffering off, sends no more of a body once it has
// the head of the answer, and waits for END_REQUEST: a server that sends nothing
// for stallTime has stopped.
func (rq *request) drain() (ok bool) {
	rq.flush(nil)
	for end := time.Now().Add(serve.DrainTime); ; {
		before := rq.input.received()
		err := rq.input.drain(rq.conn.set.stall)
		if err == nil || rq.aborted.Load() {
			return true
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) || rq.input.received() == before || time.Now().After(end) {
			return false
		}
	}
}
