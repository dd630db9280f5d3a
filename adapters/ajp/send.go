package ajp

import (
	"net"
	"sync"
)

const (
	outSize   = 16 << 10 // what is collected before it is sent
	outSpare  = 32       // what comes after it: the end of a part, a flush, the end
	maxChunks = 32       // are sent with one call
)

// outgoing is what has not been sent: whole packets, of which the last may be a
// part of the body that is still growing; and the space that sending more along
// with it takes.
type outgoing struct {
	b    []byte
	open int // where the growing part's data begin; 0 if there is none

	heads [maxChunks][chunkOverhead]byte
	vec   [2*maxChunks + 2][]byte
	bufs  net.Buffers
}

var outgoings = sync.Pool{New: func() any { return &outgoing{b: make([]byte, 0, outSize+outSpare)} }}

// zero ends the data of a part.
var zero = []byte{0}

// room is how much more of the body can be collected, in parts of size; it may be
// negative.
func (o *outgoing) room(size int) int {
	left := outSize - len(o.b)
	return left - chunkOverhead*(left/size+2)
}

func (o *outgoing) fits(n, size int) bool { return n <= o.room(size) }

// appendData adds to the growing part, and begins another where that is full.
func appendData[T string | []byte](o *outgoing, p T, size int) {
	for len(p) > 0 {
		if o.open == 0 {
			o.b = append(o.b, make([]byte, chunkHeaderLen)...)
			o.open = len(o.b)
		}
		n := min(len(p), size-(len(o.b)-o.open))
		o.b = append(o.b, p[:n]...)
		p = p[n:]
		if len(o.b)-o.open == size {
			o.close()
		}
	}
}

// close ends the growing part.
func (o *outgoing) close() {
	if o.open > 0 {
		putChunkHeader(o.b[o.open-chunkHeaderLen:], len(o.b)-o.open)
		o.b = append(o.b, 0)
		o.open = 0
	}
}

// next lays out what is waiting and the beginning of p as at most maxChunks parts,
// and returns the rest of p.
func (o *outgoing) next(p []byte, size int) (rest []byte) {
	o.close()
	o.bufs = append(o.vec[:0], o.b)
	for i := 0; i < maxChunks && len(p) > 0; i++ {
		n := min(len(p), size)
		head := o.heads[i][:] // with the zero that ends the part before it
		if i == 0 {
			head = head[1:]
		}
		putChunkHeader(o.heads[i][1:], n)
		o.bufs = append(o.bufs, head, p[:n])
		p = p[n:]
	}
	o.bufs = append(o.bufs, zero)
	return p
}

// release gives o back, unless a header of unusual size has made it grow.
func (o *outgoing) release() {
	clear(o.vec[:])
	o.bufs = nil
	if cap(o.b) == outSize+outSpare {
		o.b, o.open = o.b[:0], 0
		outgoings.Put(o)
	}
}

// pending returns what is waiting to be sent.
func (rq *request) pending() *outgoing {
	if rq.out == nil {
		rq.out = outgoings.Get().(*outgoing)
	}
	return rq.out
}

// discard forgets what has not been sent.
func (rq *request) discard() {
	if rq.out != nil {
		rq.out.release()
		rq.out = nil
	}
}

// flush sends what is waiting, and p after it.
func (rq *request) flush(p []byte) (err error) {
	o, out := rq.pending(), &rq.conn.out
	if len(p) == 0 {
		o.close()
		if len(o.b) > 0 {
			err = out.Send(rq, o.b)
		}
	}
	for len(p) > 0 && err == nil {
		p = o.next(p, rq.conn.set.maxChunk())
		err = out.SendAll(rq, &o.bufs)
		o.b = o.b[:0]
	}
	rq.discard()
	return err
}

// sendEnd sends what is waiting and the end of the answer, in one write.
func (rq *request) sendEnd(reuse bool) error {
	o := rq.pending()
	o.close()
	o.b = appendEnd(o.b, reuse)
	err := rq.conn.out.End(o.b)
	rq.discard()
	return err
}
