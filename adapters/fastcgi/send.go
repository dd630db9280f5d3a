package fastcgi

import (
	"net"
	"sync"
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

// sendStdout sends what is waiting in o and then p.
func (c *conn) sendStdout(rq *request, o *outgoing, p []byte) error {
	if n := len(o.b) - headerLen; n > maxRecord { // an enormous header
		if err := c.send(rq, appendStream(nil, typeStdout, rq.id, o.b[headerLen:])); err != nil {
			return err
		}
		o.b = o.b[:headerLen]
	}
	for len(o.b) > headerLen || len(p) > 0 {
		if rq.aborted.Load() {
			return ErrAborted
		}
		p = o.next(rq.id, p)
		if err := c.out.SendAll(rq, &o.bufs); err != nil {
			return err
		}
		o.b = o.b[:headerLen]
	}
	return nil
}

// sendStderr sends p on the error stream.
func (c *conn) sendStderr(rq *request, p []byte) error {
	if len(p) == 0 {
		return nil
	}
	rq.stderr.Store(true)
	return c.send(rq, appendStream(nil, typeStderr, rq.id, p))
}

// send sends whole records of a request that the front server has not aborted.
func (c *conn) send(rq *request, records []byte) error {
	if rq.aborted.Load() {
		return ErrAborted
	}
	return c.out.Send(rq, records)
}

// sendEnd sends what is waiting in o, the ends of the streams, and END_REQUEST.
// The id is free then.
func (c *conn) sendEnd(rq *request, o *outgoing) error {
	if !o.fits(0) {
		if err := c.sendStdout(rq, o, nil); err != nil && err != ErrAborted {
			return err
		}
	}
	from := headerLen
	if n := len(o.b) - headerLen; n > 0 {
		putHeader(o.b, typeStdout, rq.id, n)
		from = 0
	}
	if !rq.aborted.Load() {
		o.b = appendHeader(o.b, typeStdout, rq.id, 0)
		if rq.stderr.Load() {
			o.b = appendHeader(o.b, typeStderr, rq.id, 0)
		}
	}
	o.b = appendEnd(o.b, rq.id, 0, statusComplete)
	return c.out.End(o.b[from:])
}
