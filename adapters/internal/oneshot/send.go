package oneshot

import (
	"net"
	"sync"
	"sync/atomic"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

const (
	outSize  = 16 << 10 // what is collected before it is sent
	sendSize = 1 << 20  // what is sent at once: each has the WriteTimeout for itself
)

// outgoing is a part of the answer that has not been sent, and the space that
// sending more along with it takes.
type outgoing struct {
	b    []byte
	vec  [2][]byte
	bufs net.Buffers
}

var outgoings = sync.Pool{New: func() any { return &outgoing{b: make([]byte, 0, outSize)} }}

func (o *outgoing) room() int       { return outSize - len(o.b) }
func (o *outgoing) fits(n int) bool { return n <= o.room() }

// release gives o back, unless a header of unusual size has made it grow.
func (o *outgoing) release() {
	clear(o.vec[:])
	o.bufs = nil
	if cap(o.b) == outSize {
		o.b = o.b[:0]
		outgoings.Put(o)
	}
}

// sender is the writing side of a connection.
type sender struct {
	mu     sync.Mutex  // one write at a time; never held for longer than its deadline
	err    error       // of the last write, or that all is over
	forced atomic.Bool // the handler has set the deadline
}

// end refuses what a goroutine that has outlived its request still writes.
func (s *sender) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = serve.ErrOver
	}
}

// send sends what is waiting in o, which may be nil, and then p.
func (c *conn) send(o *outgoing, p []byte) error {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if o != nil && len(o.b) > 0 {
		n := min(len(p), sendSize)
		if err := c.write(o, p[:n]); err != nil {
			return err
		}
		p = p[n:]
	}
	for len(p) > 0 {
		n := min(len(p), sendSize)
		if err := c.write(nil, p[:n]); err != nil {
			return err
		}
		p = p[n:]
	}
	return c.out.err
}

// write sends o and p with one call. A front server that does not take the answer
// has gone away, or its client has. The caller holds out.mu.
func (c *conn) write(o *outgoing, p []byte) (err error) {
	if c.out.err != nil {
		return c.out.err
	}
	if c.server.write > 0 && !c.out.forced.Load() {
		c.WriteWithin(c.server.write)
	}
	switch {
	case o == nil:
		_, err = c.Write(p)
	case len(p) == 0:
		_, err = c.Write(o.b)
	default:
		o.vec = [2][]byte{o.b, p}
		o.bufs = o.vec[:]
		_, err = o.bufs.WriteTo(c.Conn.Conn)
	}
	if err != nil {
		c.out.err = err
		c.lost.Store(true)
		if c.x != nil {
			c.x.ctx.Cancel(err)
		}
	}
	return err
}
