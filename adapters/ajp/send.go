package ajp

import "github.com/gangplank-web/gangplank/adapters/internal/serve"

// outgoing is what has not been sent: whole packets, of which the last may be a
// part of the body that is still growing.
type outgoing serve.Outgoing

// zero ends the data of a part.
var zero = []byte{0}

// room is how much more of the body can be collected, in parts of size; it may be
// negative.
func (o *outgoing) room(size int) int {
	left := (*serve.Outgoing)(o).Room()
	return left - chunkOverhead*(left/size+2)
}

func (o *outgoing) fits(n, size int) bool { return n <= o.room(size) }

// appendData adds to the growing part, and begins another where that is full.
func appendData[T string | []byte](o *outgoing, p T, size int) {
	for len(p) > 0 {
		if o.Open == 0 {
			o.B = append(o.B, make([]byte, chunkHeaderLen)...)
			o.Open = len(o.B)
		}
		n := min(len(p), size-(len(o.B)-o.Open))
		o.B = append(o.B, p[:n]...)
		p = p[n:]
		if len(o.B)-o.Open == size {
			o.close()
		}
	}
}

// close ends the growing part.
func (o *outgoing) close() {
	if o.Open > 0 {
		putChunkHeader(o.B[o.Open-chunkHeaderLen:], len(o.B)-o.Open)
		o.B = append(o.B, 0)
		o.Open = 0
	}
}

// next lays out what is waiting and the beginning of p as at most
// serve.MaxParts parts, and returns the rest of p.
func (o *outgoing) next(p []byte, size int) (rest []byte) {
	o.close()
	if o.Bufs = o.Vec[:0]; len(o.B) > 0 { // or it is a write for nothing, on what is no socket
		o.Bufs = append(o.Bufs, o.B)
	}
	for i := 0; i < serve.MaxParts && len(p) > 0; i++ {
		n := min(len(p), size)
		head := o.Heads[i][:] // with the zero that ends the part before it
		if i == 0 {
			head = head[1:]
		}
		putChunkHeader(o.Heads[i][1:], n)
		o.Bufs = append(o.Bufs, head, p[:n])
		p = p[n:]
	}
	o.Bufs = append(o.Bufs, zero)
	return p
}

func (rq *request) pending() *outgoing { return (*outgoing)(rq.Pending()) }

// flush sends what is waiting, and p after it.
func (rq *request) flush(p []byte) (err error) {
	o, out := rq.pending(), &rq.conn.Out
	if len(p) == 0 {
		o.close()
		if len(o.B) > 0 {
			err = out.Send(&rq.Response, o.B)
		}
	}
	for len(p) > 0 && err == nil {
		p = o.next(p, rq.conn.set.maxChunk())
		err = out.SendAll(&rq.Response, &o.Bufs)
		o.B = o.B[:0]
	}
	rq.Discard()
	return err
}

// sendEnd sends what is waiting and the end of the answer, in one write.
func (rq *request) sendEnd(reuse bool) error {
	o := rq.pending()
	o.close()
	o.B = appendEnd(o.B, reuse)
	err := rq.conn.Out.End(o.B)
	rq.Discard()
	return err
}
