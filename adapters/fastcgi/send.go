package fastcgi

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxRecord is the most content of our records: the largest that the format
	// allows and that needs no padding to end on a multiple of 8 bytes, as the
	// specification recommends.
	maxRecord = maxContent &^ 7

	// maxRecords are sent with one call.
	maxRecords = 16

	outSize = 16 << 10 // what is collected before it is sent
	endSize = 2*headerLen + headerLen + endLen
)

// outgoing is STDOUT content that has not been sent, behind a gap for the head of
// its record, and the space that sending more along with it takes.
type outgoing struct {
	b     []byte
	heads [maxRecords][headerLen]byte
	vec   [2 * maxRecords][]byte
	bufs  net.Buffers
}

var outgoings = sync.Pool{New: func() any { return &outgoing{b: make([]byte, headerLen, outSize+endSize)} }}

func (o *outgoing) room() int       { return outSize - len(o.b) }
func (o *outgoing) fits(n int) bool { return n <= o.room() }

// release gives o back, unless a header of unusual size has made it grow.
func (o *outgoing) release() {
	clear(o.vec[:])
	o.bufs = nil
	if cap(o.b) == outSize+endSize {
		o.b = o.b[:headerLen]
		outgoings.Put(o)
	}
}

// next lays out what is waiting and the beginning of p as at most maxRecords
// records, and returns the rest of p.
func (o *outgoing) next(id uint16, p []byte) (rest []byte) {
	o.bufs = o.vec[:0]
	if n := len(o.b) - headerLen; n > 0 {
		m := min(len(p), maxRecord-n)
		putHeader(o.b, typeStdout, id, n+m)
		o.bufs = append(o.bufs, o.b, p[:m])
		p = p[m:]
	}
	for i := 1; i < maxRecords && len(p) > 0; i++ {
		m := min(len(p), maxRecord)
		putHeader(o.heads[i][:], typeStdout, id, m)
		o.bufs = append(o.bufs, o.heads[i][:], p[:m])
		p = p[m:]
	}
	return p
}

// sender is the writing side of a connection.
type sender struct {
	mu     sync.Mutex // one write at a time; never held for longer than its deadline
	err    error      // of the last write: all is lost then
	rq     *request   // whose id it is
	stderr bool       // rq has written to STDERR

	forced atomic.Bool // the handler has set the deadline
}

var errOver = errors.New("fastcgi: request is over")

// open makes rq the one whose records may be sent.
func (s *sender) open(rq *request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rq, s.stderr = rq, false
}

// usable reports whether rq may still send: a goroutine that has outlived its
// request must not write into the next one, which mostly has the same id.
func (s *sender) usable(rq *request) error {
	switch {
	case s.err != nil:
		return s.err
	case s.rq != rq:
		return errOver
	case rq.aborted.Load():
		return ErrAborted
	}
	return nil
}

// sendStdout sends what is waiting in o and then p.
func (c *conn) sendStdout(rq *request, o *outgoing, p []byte) error {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if err := c.out.usable(rq); err != nil {
		return err
	}
	if n := len(o.b) - headerLen; n > maxRecord { // an enormous header
		if err := c.write(appendStream(nil, typeStdout, rq.id, o.b[headerLen:])); err != nil {
			return err
		}
		o.b = o.b[:headerLen]
	}
	for len(o.b) > headerLen || len(p) > 0 {
		p = o.next(rq.id, p)
		if err := c.writeAll(&o.bufs); err != nil {
			return err
		}
		o.b = o.b[:headerLen]
	}
	return nil
}

// sendStderr sends p on the error stream.
func (c *conn) sendStderr(rq *request, p []byte) error {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if err := c.out.usable(rq); err != nil || len(p) == 0 {
		return err
	}
	c.out.stderr = true
	return c.write(appendStream(nil, typeStderr, rq.id, p))
}

// sendEnd sends what is waiting in o, the ends of the streams, and END_REQUEST.
// The id is free then.
func (c *conn) sendEnd(rq *request, o *outgoing) error {
	if !o.fits(0) {
		if err := c.sendStdout(rq, o, nil); err != nil && err != ErrAborted {
			return err
		}
	}
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	c.out.rq = nil
	if c.out.err != nil {
		return c.out.err
	}
	from := headerLen
	if n := len(o.b) - headerLen; n > 0 {
		putHeader(o.b, typeStdout, rq.id, n)
		from = 0
	}
	if !rq.aborted.Load() {
		o.b = appendHeader(o.b, typeStdout, rq.id, 0)
		if c.out.stderr {
			o.b = appendHeader(o.b, typeStderr, rq.id, 0)
		}
	}
	o.b = appendEnd(o.b, rq.id, 0, statusComplete)
	err := c.write(o.b[from:])
	if c.out.forced.Swap(false) {
		c.SetWriteDeadline(time.Time{})
	}
	return err
}

// answer sends a record of the connection's own.
func (c *conn) answer(b []byte) error {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if c.out.err != nil {
		return c.out.err
	}
	return c.write(b)
}

// write writes b. The caller holds out.mu.
func (c *conn) write(b []byte) error {
	c.armWrite()
	_, err := c.Write(b)
	return c.wrote(err)
}

// writeAll writes several buffers, with one system call where that is possible.
func (c *conn) writeAll(bufs *net.Buffers) error {
	c.armWrite()
	_, err := bufs.WriteTo(c.Conn.Conn)
	return c.wrote(err)
}

func (c *conn) armWrite() {
	if c.set.write > 0 && !c.out.forced.Load() {
		c.WriteWithin(c.set.write)
	}
}

// wrote notes the result of a write. A front server that does not take the
// answer has gone away, or its client has.
func (c *conn) wrote(err error) error {
	if err != nil {
		c.out.err = err
		c.lost.Store(true)
		if rq := c.out.rq; rq != nil {
			rq.ctx.Cancel(err)
		}
	}
	return err
}
