package ajp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// stallTime is how long a packet that was asked for, and that nobody wants any
// more, is waited for at the end of a request.
const stallTime = time.Second

// conn is one connection from a front server.
type conn struct {
	serve.Link
	set    *settings
	in     packets
	served int
}

func (set *settings) newConn(ctx context.Context, sc *serve.Conn) *conn {
	c := &conn{set: set}
	c.Init(ctx, sc, &set.Service)
	c.in.src.Init(sc.Conn)
	c.in.before, c.in.limit = c.Deadlines.BeforeRead, set.maxContent()
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
	if _, err := c.awaitRequest(serve.HeadPhase); err == nil {
		c.headFailed(&refusal{http.StatusServiceUnavailable, fmt.Errorf("more than %d connections", set.maxConns)})
	}
}

// serveRequest serves the next request, waiting for it in phase p, and reports
// whether another may follow.
func (c *conn) serveRequest(p serve.Phase) (again bool) {
	packet, err := c.awaitRequest(p)
	if err == nil && !c.Begin() {
		err = errClosing
	}
	if err != nil {
		return c.headFailed(err)
	}
	v, err := translate(packet, c.set.secret, c.set.lighttpd)
	c.in.discard(c.in.left)
	if err != nil {
		return c.headFailed(err)
	}
	rq, r, refusal := c.newRequest(v)
	rq.openBody(r)
	broken := false
	if refusal != nil {
		rq.refuse(refusal)
	} else {
		broken = rq.Handle(rq) != nil || rq.Short()
	}
	return c.end(rq, broken)
}

var errShutdown = errors.New("SHUTDOWN, which is refused: whoever may connect may not stop us")

// awaitRequest reads up to the next request and returns its packet, which is
// valid until the next read. CPINGs are answered: Apache and mod_jk send one
// before a request on a kept connection. A packet without data is what is left of
// a request that had no body, from lighttpd.
func (c *conn) awaitRequest(p serve.Phase) (packet []byte, err error) {
	c.Deadlines.Enter(serve.HeadPhase)
	for {
		if err := c.Deadlines.AwaitMessage(p, c.in.finish, c.in.await); err != nil {
			return nil, err
		}
		if _, err := c.in.next(); err != nil {
			return nil, err
		}
		if empty, err := c.in.empty(); err != nil {
			return nil, err
		} else if empty {
			continue
		}
		if packet, err = c.in.content(); err != nil {
			return nil, err
		}
		switch kind := packetType(packet[0]); kind {
		case typeForwardRequest:
			return packet, nil
		case typeCPing:
			if !c.Expect() {
				return nil, errClosing
			}
			if err := c.Out.Answer(cPong); err != nil {
				return nil, err
			}
		case typeShutdown:
			return nil, errShutdown
		default:
			return nil, fmt.Errorf("packet of type %d in the place of a request", kind)
		}
	}
}

// quiet reports whether nothing has come that belongs to no request.
func (c *conn) quiet() bool {
	for c.in.left == 0 && len(c.in.src.Buffered()) >= headerLen {
		if _, err := c.in.next(); err != nil {
			return false
		}
		if len(c.in.src.Buffered()) < c.in.left {
			return false
		}
		if empty, err := c.in.empty(); err != nil || !empty {
			return false
		}
		c.in.discard(c.in.left)
	}
	return c.in.between()
}
