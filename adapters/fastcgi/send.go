package fastcgi

import "github.com/gangplank-web/gangplank/adapters/internal/serve"

const (
	// maxRecord is the most content of our records: the largest that the format
	// allows and that needs no padding to end on a multiple of 8 bytes, as the
	// specification recommends.
	maxRecord = maxContent &^ 7

	// maxRecords are sent with one call.
	maxRecords = 16
)

// outgoing is STDOUT content, behind a gap for the head of its record.
type outgoing serve.Outgoing

// next lays out what is waiting and the beginning of p as at most maxRecords
// records, and returns the rest of p.
func (o *outgoing) next(id uint16, p []byte) (rest []byte) {
	o.Bufs = o.Vec[:0]
	if n := len(o.B) - headerLen; n > 0 {
		m := min(len(p), maxRecord-n)
		putHeader(o.B, typeStdout, id, n+m)
		o.Bufs = append(o.Bufs, o.B, p[:m])
		p = p[m:]
	}
	for i := 1; i < maxRecords && len(p) > 0; i++ {
		m := min(len(p), maxRecord)
		putHeader(o.Heads[i][:], typeStdout, id, m)
		o.Bufs = append(o.Bufs, o.Heads[i][:], p[:m])
		p = p[m:]
	}
	return p
}

// sendStdout sends what is waiting in o and then p.
func (c *conn) sendStdout(rq *request, o *outgoing, p []byte) error {
	if n := len(o.B) - headerLen; n > maxRecord { // an enormous header
		if err := c.send(rq, appendStream(nil, typeStdout, rq.id, o.B[headerLen:])); err != nil {
			return err
		}
		o.B = o.B[:headerLen]
	}
	for len(o.B) > headerLen || len(p) > 0 {
		if rq.aborted.Load() {
			return ErrAborted
		}
		p = o.next(rq.id, p)
		if err := c.Out.SendAll(&rq.Response, &o.Bufs); err != nil {
			return err
		}
		o.B = o.B[:headerLen]
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
	return c.Out.Send(&rq.Response, records)
}

// sendEnd sends what is waiting in o, the ends of the streams, and END_REQUEST.
// The id is free then.
func (c *conn) sendEnd(rq *request, o *outgoing) error {
	if (*serve.Outgoing)(o).Room() < 0 {
		if err := c.sendStdout(rq, o, nil); err != nil && err != ErrAborted {
			return err
		}
	}
	from := headerLen
	if n := len(o.B) - headerLen; n > 0 {
		putHeader(o.B, typeStdout, rq.id, n)
		from = 0
	}
	if !rq.aborted.Load() {
		o.B = appendHeader(o.B, typeStdout, rq.id, 0)
		if rq.stderr.Load() {
			o.B = appendHeader(o.B, typeStderr, rq.id, 0)
		}
	}
	o.B = appendEnd(o.B, rq.id, 0, statusComplete)
	return c.Out.End(o.B[from:])
}
