package oneshot

import (
	"net"
	"sync"
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

// pending returns what is waiting to be sent.
func (x *exchange) pending() *outgoing {
	if x.out == nil {
		x.out = outgoings.Get().(*outgoing)
	}
	return x.out
}

// discard forgets what has not been sent.
func (x *exchange) discard() {
	if x.out != nil {
		x.out.release()
		x.out = nil
	}
}

// flush sends what is waiting, and p after it. Apache does not read the answer
// before it has sent the whole body, so the body must be read meanwhile.
func (x *exchange) flush(p []byte) (err error) {
	x.input.readAhead()
	o, out := x.pending(), &x.conn.out
	for err == nil && (len(o.b) > 0 || len(p) > 0) {
		n := min(len(p), sendSize)
		o.vec = [2][]byte{o.b, p[:n]}
		o.bufs = o.vec[:]
		err = out.SendAll(x, &o.bufs)
		o.b, p = o.b[:0], p[n:]
	}
	x.discard()
	return err
}

// sendEnd sends what is waiting. Nothing can be written any more.
func (x *exchange) sendEnd() error {
	x.input.readAhead()
	err := x.conn.out.End(x.pending().b)
	x.discard()
	return err
}
