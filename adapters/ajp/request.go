package ajp

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
	variables
	conn    *conn
	facts   gateway.Request
	gateway gangplank.Gateway
	input   *input // nil if there is none
	serve.Response

	unflushed bool // something was written after the last flush
	replaced  bool // its head could not be sent
	refused   bool // nobody knows whether it has a body

	strayed atomic.Bool // something came that belongs to no request
}

// newRequest makes the request that net/http would have made. When the variables
// make none, refusal says why.
func (c *conn) newRequest(v variables) (rq *request, r *http.Request, refusal error) {
	rq = &request{variables: v, conn: c}
	_, r = rq.Init(&c.Link, rq.view(), rq)
	rq.gateway, refusal = rq.facts.Fill(r, &rq.variables, &c.set.request)
	rq.Exchange.SetGateway(&rq.gateway)
	rq.facts.SetUser(&rq.Exchange.Context, &c.set.request)
	if v.own < len(v.block) {
		attributesSlot.Set(r, v.attributes())
	}
	return rq, r, refusal
}

// refuse answers a request that has no *http.Request. What its body would be is
// not known then: the connection has to end, or the body would be taken for the
// next request.
func (rq *request) refuse(refusal error) {
	rq.refused = true
	rq.Refuse(refusal)
}

// end ends a request after its handler, and reports whether the connection is
// fit for another one. A broken answer gets no END_RESPONSE: the connection's end
// in its place is what front servers take for a broken answer.
//
// A part of the body that is on its way has to be read first. Left in the
// connection, it would be taken for the next request (CVE-2011-3190); and a
// connection that is closed before it would lose the tail of the answer.
func (c *conn) end(rq *request, broken bool) (again bool) {
	c.Watch.End()
	c.served++
	if broken {
		rq.Discard()
		return false
	}
	keep := c.served < c.set.perConn && !c.Lost() && !rq.refused
	if !rq.InputEnded.Load() && !c.Lost() {
		rq.flush(nil)
		keep = rq.input.drain(c.set.stall) == nil && keep
	}
	if keep && (rq.strayed.Load() || !c.quiet()) {
		c.strayed()
		keep = false
	}
	if rq.sendEnd(keep && !c.Closing()) != nil {
		return false
	}
	if keep {
		return c.End()
	}
	if !c.Lost() {
		c.Linger(&c.in.src)
	}
	return false
}

// strayed is called when the connection holds what nobody has asked for. It may be
// the body of a request that has none by our reading, and what follows may have
// been made by a client to look like a request.
func (c *conn) strayed() {
	c.set.Log.Warn("ajp: connection ends: a packet that nobody asked for came after a request", "remote", c.Remote())
}

// view is a request as package serve sees it: a serve.Request.
type view request

func (rq *request) view() *view { return (*view)(rq) }

// Send implements serve.Request.
func (x *view) Send(p []byte) error { return (*request)(x).flush(p) }

// Close implements serve.Request.
func (x *view) Close() { x.input.close() }

// Drain implements serve.Request.
func (x *view) Drain(d time.Duration) error { return x.input.drain(d) }

// Due implements serve.Watched.
func (x *view) Due() {
	if in := x.input; in != nil && 0 <= in.want && in.want <= x.conn.set.maxAsk() {
		in.body.ReadAhead()
	}
}

// Watch implements serve.Watched.
func (x *view) Watch() {
	in := &x.conn.in
	for {
		_, err := in.next()
		empty := false
		if err == nil {
			empty, err = in.empty()
		}
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return // by the watch's end, or by a deadline of the handler's: nothing is lost
		case err != nil:
			x.Lose(err)
			return
		case !empty:
			x.strayed.Store(true)
			return
		}
	}
}
