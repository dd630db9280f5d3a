package fastcgi

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// stallTime is for request.drain.
const stallTime = time.Second

// conn is one connection from a front server.
type conn struct {
	serve.Link
	set    *settings
	in     records
	served int
}

func (set *settings) newConn(ctx context.Context, sc *serve.Conn) *conn {
	c := &conn{set: set}
	c.Init(ctx, sc, &set.Service)
	c.in.src.Init(sc.Conn)
	c.in.before = c.Deadlines.BeforeRead
	return c
}

func (set *settings) serveConn(ctx context.Context, sc *serve.Conn) {
	c := set.newConn(ctx, sc)
	defer c.Finish(&c.in.src)
	// A front server makes a connection when it has a request to send on it; also
	// mod_proxy's min= is only room in a pool. So the first one is waited for as long
	// as its head may take, and the others as long as the connection may be idle.
	for p := serve.HeadPhase; c.serveRequest(p); p = serve.IdlePhase {
	}
}

// refuseConn answers the first request on a connection that is one too many.
func (set *settings) refuseConn(ctx context.Context, sc *serve.Conn) {
	c := set.newConn(ctx, sc)
	defer c.Finish(&c.in.src)
	h, err := c.awaitBegin(serve.HeadPhase)
	if err != nil {
		return
	}
	c.set.Log.Warn("fastcgi: connection refused: too many", "limit", set.maxConns, "remote", c.Remote())
	c.Out.Answer(appendEnd(nil, h.id, 0, statusOverloaded))
	c.Linger(&c.in.src)
}

// serveRequest serves the next request, waiting for it in phase p, and reports
// whether another may follow.
func (c *conn) serveRequest(p serve.Phase) (again bool) {
	h, err := c.awaitBegin(p)
	if err == nil {
		err = c.readParams(&h)
	}
	if err != nil {
		return c.headFailed(&h, err)
	}
	rq, r, refusal := c.newRequest(&h)
	if err := rq.openBody(r); err != nil {
		return c.headFailed(&h, err)
	}
	broken := false
	if refusal != nil {
		rq.Refuse(refusal)
	} else {
		broken = rq.run()
	}
	return c.end(rq, broken)
}

// head is what comes before a request's body.
type head struct {
	id uint16
	beginRequest
	params
}

var errUnknownRole = errors.New("role that the specification does not have")

// awaitBegin reads up to the beginning of a request. Records with other ids
// belong to requests that are over, and are normal: mod_proxy_fcgi, answered
// early, sends on what it had in hand.
func (c *conn) awaitBegin(p serve.Phase) (h head, err error) {
	c.Deadlines.Enter(serve.HeadPhase)
	for {
		if err := c.Deadlines.AwaitMessage(p, c.in.finish, c.in.await); err != nil {
			return h, err
		}
		rec, err := c.in.next()
		if err != nil {
			return h, err
		}
		if rec.kind != typeBeginRequest || rec.id == 0 {
			if err := c.stray(rec); err != nil {
				return h, err
			}
			continue
		}
		body, err := c.in.content(beginLen)
		if err != nil {
			return h, err
		}
		h.id = rec.id
		h.beginRequest, err = parseBegin(body)
		if err == nil && (h.role < roleResponder || h.role > roleFilter) {
			err = errUnknownRole
		}
		return h, err
	}
}

// readParams reads a request's PARAMS stream.
func (c *conn) readParams(h *head) error {
	if !c.Begin() {
		return errClosing
	}
	var params paramsReader
	for {
		rec, err := c.in.next()
		switch {
		case err != nil:
		case rec.id != h.id:
			err = c.stray(rec)
		case rec.kind == typeParams && rec.length == 0:
			err = params.done(c.set.params)
			h.params = params.params
			return err
		case rec.kind == typeParams:
			err = params.add(&c.in, c.set.paramBytes)
		case rec.kind == typeAbortRequest:
			err = ErrAborted
		default:
			err = fmt.Errorf("record of type %d among a request's parameters", rec.kind)
		}
		if err != nil {
			return truncated(err)
		}
	}
}

var errApplicationID = errors.New("record of a request with id 0")

// stray deals with a record that does not belong to the request at hand.
func (c *conn) stray(rec record) error {
	switch {
	case rec.id != 0 && rec.kind == typeBeginRequest:
		return c.Out.Answer(appendEnd(nil, rec.id, 0, statusCantMultiplex))
	case rec.id != 0:
		return nil
	case rec.kind == typeGetValues:
		query, err := c.in.content(maxQuery)
		if err != nil {
			return err
		}
		result, err := appendValues(nil, string(query), c.set.value)
		if err != nil {
			return err
		}
		return c.Out.Answer(result)
	case typeBeginRequest <= rec.kind && rec.kind <= typeData:
		return errApplicationID
	}
	return c.Out.Answer(appendUnknownType(nil, rec.kind))
}

// maxQuery is the longest GET_VALUES: the names that exist take 46 bytes.
const maxQuery = 1 << 10
