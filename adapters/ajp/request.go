package ajp

import (
	"errors"
	"net/http"
	"os"
	"sync/atomic"

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
	response

	refused    bool        // nobody knows whether it has a body
	inputEnded atomic.Bool // nothing more of it will come
	strayed    atomic.Bool // something came that belongs to no request
}

// newRequest makes the request that net/http would have made. When the variables
// make none, refusal says why; the Writer is there to tell the client.
func (c *conn) newRequest(v variables) (rq *request, w *gangplank.Writer, r *http.Request, refusal error) {
	rq = &request{variables: v, conn: c}
	c.rq = rq
	rq.header = make(http.Header)
	w, r = rq.ctx.Init(c.ctx, rq)
	r.Body = http.NoBody
	c.out.Open(rq)
	rq.gateway, refusal = rq.facts.Fill(r, &rq.variables, &c.set.request)
	rq.ctx.SetGateway(&rq.gateway)
	rq.facts.SetUser(&rq.ctx.Context, &c.set.request)
	if v.own < len(v.block) {
		attributesSlot.Set(r, v.attributes())
	}
	return rq, w, r, refusal
}

// refuse answers a request that has no *http.Request. What its body would be is
// not known then: the connection has to end, or the body would be taken for the
// next request.
func (rq *request) refuse(w *gangplank.Writer, refusal error) {
	rq.conn.set.log.Warn("ajp: request refused", "error", refusal, "remote", rq.conn.remote())
	rq.refused = true
	status := gangplank.StatusOf(refusal)
	http.Error(w, http.StatusText(status), status)
	w.Finish(rq)
	rq.ctx.Cancel(nil)
}

// run calls the handler, and reports whether its answer is not to look whole.
func (rq *request) run(w *gangplank.Writer, r *http.Request) (broken bool) {
	c := rq.conn
	c.watch.Begin(rq.watched(), rq.inputEnded.Load())
	err := serve.Handle(c.set.handler, w, r, rq, c.set.log)
	rq.ctx.Cancel(nil)
	rq.input.close()
	if err == nil && rq.owed > 0 && !c.lost.Load() {
		c.set.log.Error("ajp: response is shorter than its Content-Length", "missing", rq.owed,
			"method", r.Method, "path", r.URL.Path)
		return true
	}
	return err != nil
}

// end ends a request after its handler, and reports whether the connection is
// fit for another one. A broken answer gets no END_RESPONSE: the connection's end
// in its place is what front servers take for a broken answer.
//
// A part of the body that is on its way has to be read first. Left in the
// connection, it would be taken for the next request (CVE-2011-3190); and a
// connection that is closed before it would lose the tail of the answer.
func (c *conn) end(rq *request, broken bool) (again bool) {
	c.watch.End()
	c.served++
	if broken {
		rq.discard()
		return false
	}
	keep := c.served < c.set.perConn && !c.lost.Load() && !rq.refused
	if !rq.inputEnded.Load() && !c.lost.Load() {
		rq.flush(nil)
		keep = rq.input.drain(c.set.stall) == nil && keep
	}
	if keep && (rq.strayed.Load() || !c.quiet()) {
		c.strayed()
		keep = false
	}
	if rq.sendEnd(keep) != nil {
		return false
	}
	if keep {
		c.rq = nil
		return c.End()
	}
	if !c.lost.Load() {
		c.Linger(&c.deadlines, &c.in.src)
	}
	return false
}

// strayed is called when the connection holds what nobody has asked for. It may be
// the body of a request that has none by our reading, and what follows may have
// been made by a client to look like a request.
func (c *conn) strayed() {
	c.set.log.Warn("ajp: connection ends: a packet that nobody asked for came after a request", "remote", c.remote())
}

// watched is a request as serve.Watch sees it.
type watched request

func (rq *request) watched() *watched { return (*watched)(rq) }

// Due implements serve.Watched.
func (x *watched) Due() {
	if in := x.input; in != nil && 0 <= in.want && in.want <= x.conn.set.maxAsk() {
		in.body.ReadAhead()
	}
}

// Watch implements serve.Watched.
func (x *watched) Watch() {
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
			(*request)(x).lose(err)
			return
		case !empty:
			x.strayed.Store(true)
			return
		}
	}
}

// endInput notes that nothing more can come that is the request's.
func (rq *request) endInput() {
	rq.inputEnded.Store(true)
	rq.conn.watch.Free()
}
