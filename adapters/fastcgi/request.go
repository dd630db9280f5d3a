package fastcgi

import (
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"

	gangplank "github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// request is everything about one request, in one allocation. A handler can keep
// parts of it alive as long as it likes, so it is never used again.
type request struct {
	head
	conn    *conn
	facts   gateway.Request
	gateway gangplank.Gateway
	body    spool.Body
	stdin   stream
	data    *Data // of the filter role, else nil
	response

	inputEnded       bool // nothing more of it will come; guarded by watch.mu
	readAheadToWatch bool // the body is small enough to be read for the watch's sake
	aborted          atomic.Bool
}

// newRequest makes the request that net/http would have made. When the variables
// make none, refusal says why; the Writer is there to tell the client.
func (c *conn) newRequest(h *head) (rq *request, w *gangplank.Writer, r *http.Request, refusal error) {
	rq = &request{head: *h, conn: c}
	rq.header = make(http.Header)
	w, r = rq.ctx.Init(c.ctx, rq)
	r.Body = http.NoBody
	c.out.open(rq)
	rq.facts.ErrorStream = (*errorStream)(rq)
	options := &c.set.request
	if h.role == roleAuthorizer {
		options = &c.set.authorizer
	}
	rq.gateway, refusal = rq.facts.Fill(r, &rq.params, options)
	rq.gateway.Role = roleNames[h.role]
	rq.ctx.SetGateway(&rq.gateway)
	if c.set.trustUser {
		if user := rq.facts.RemoteUser(); user.Name != "" {
			rq.ctx.SetUser(user)
		}
	}
	return rq, w, r, refusal
}

var roleNames = [...]string{roleResponder: "RESPONDER", roleAuthorizer: "AUTHORIZER", roleFilter: "FILTER"}

// openBody finds out whether there is a body. Where CONTENT_LENGTH does not say,
// the first record of STDIN does, which is waited for; otherwise it is only
// looked at if it is there already, as the end of STDIN mostly is.
func (rq *request) openBody(r *http.Request) error {
	if rq.role == roleAuthorizer { // it gets no STDIN (section 6.3), though some send its end
		rq.inputEnded = true
		return nil
	}
	rq.stdin = stream{rq: rq, kind: typeStdin, want: r.ContentLength}
	if rq.role == roleFilter {
		rq.openData(r)
	}
	in := &rq.conn.in
	for first := true; first && (r.ContentLength < 0 || in.buffered()); {
		rec, err := in.next()
		if err == nil {
			err = rq.receive(rec)
		}
		if err != nil {
			return truncated(err)
		}
		first = rec.kind != typeStdin || rec.id != rq.id
	}
	if rq.stdin.closed && r.ContentLength <= 0 {
		r.ContentLength = 0
		return nil
	}
	rq.conn.enter(bodyPhase)
	rq.body.Init(&rq.stdin, &rq.conn.set.body)
	if r.ContentLength != 0 { // a length of 0 is believed, as in net/http
		r.Body = &rq.body
	}
	rq.readAheadToWatch = 0 <= r.ContentLength && r.ContentLength <= smallBody
	return nil
}

// smallBody is up to which length a body is read ahead only in order to watch
// the connection behind it. It fits in memory.
const smallBody = 64 << 10

var errRestarted = errors.New("second BEGIN_REQUEST for a request that is being answered")

// receive deals with a record that came after the request's parameters, but for
// the content of its streams. ErrAborted is returned once, and spoils nothing.
func (rq *request) receive(rec record) error {
	switch {
	case rec.id != rq.id:
		return rq.conn.stray(rec)
	case rec.kind == typeAbortRequest:
		rq.aborted.Store(true)
		rq.ctx.Cancel(ErrAborted)
		return ErrAborted
	case rec.kind == typeBeginRequest:
		// Its refusal could not be told from the end of the one that runs.
		return errRestarted
	case rec.length > 0:
	case rec.kind == typeStdin && rq.role == roleResponder:
		rq.stdin.closed = true
		rq.conn.watch.inputEnded(rq)
	case rec.kind == typeStdin && rq.role == roleFilter && !rq.stdin.closed:
		rq.stdin.closed = true
		close(rq.data.opened)
	case rec.kind == typeData && rq.role == roleFilter:
		rq.data.stream.closed = true
		rq.conn.watch.inputEnded(rq)
	}
	return nil
}

// lose ends a request whose connection is of no more use.
func (rq *request) lose(err error) {
	c := rq.conn
	c.lost.Store(true)
	rq.ctx.Cancel(fmt.Errorf("fastcgi: connection lost: %w", err))
	if isProtocolError(err) {
		c.set.log.Warn("fastcgi: connection dropped", "error", err, "remote", c.remote())
		c.Close()
	}
}

// refuse answers a request that has no *http.Request.
func (rq *request) refuse(w *gangplank.Writer, refusal error) {
	rq.conn.set.log.Warn("fastcgi: request refused", "error", refusal, "remote", rq.conn.remote())
	status := gangplank.StatusOf(refusal)
	http.Error(w, http.StatusText(status), status)
	w.Finish(nil)
}

// run calls the handler. It sets broken if the answer is not to look whole.
func (rq *request) run(w *gangplank.Writer, r *http.Request) {
	c := rq.conn
	c.watch.begin(rq)
	err := serve.Protect(c.set.handler, w, r, c.set.log)
	rq.ctx.Cancel(nil)
	switch {
	case err == nil:
		if rq.broken = rq.written < rq.owed; rq.broken {
			c.set.log.Error("fastcgi: response is shorter than its Content-Length", "declared", rq.owed,
				"written", rq.written, "method", r.Method, "path", r.URL.Path)
		}
	case err == http.ErrAbortHandler || !w.Reset():
		rq.broken = true
	default:
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		w.Finish(nil)
	}
}

// end ends a request after its handler, and reports whether the connection is
// fit for another one. A broken answer gets no END_REQUEST: the connection's end
// in its place is what front servers take for a broken answer, while none of
// them looks at an application status.
func (c *conn) end(rq *request) (again bool) {
	c.watch.end(c)
	c.served++
	if rq.broken {
		rq.discard()
		return false
	}
	keep := rq.keep && c.served < c.set.perConn && !c.lost.Load()
	if keep && !rq.inputEnded {
		keep = rq.drain()
	}
	if rq.sendEnd() != nil {
		return false
	}
	if keep {
		return c.End()
	}
	if !rq.inputEnded && !c.lost.Load() {
		rq.body.Finish(0) // nobody else reads now
		c.linger()
	}
	return false
}

// drain reads a request's input to its end, which the front server must have
// sent before it is told END_REQUEST. What there is of the answer goes first.
func (rq *request) drain() (ok bool) {
	rq.flush(nil)
	err := rq.body.Finish(drainTime)
	if rq.data != nil && err == nil {
		err = rq.data.body.Finish(drainTime)
	}
	return err == nil || rq.aborted.Load()
}
