package fastcgi

import (
	"io"
	"net/http"
	"time"

	gangplank "github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/respond"
)

// response is the part of a request that is written: what a gangplank.Writer,
// which knows the rules of net/http, writes to.
type response struct {
	ctx    gangplank.Exchange
	header http.Header
	out    *outgoing // nil while nothing is waiting to be sent
	owed   int64     // bytes of body that the head has promised and that are missing
}

var (
	_ http.ResponseWriter                           = (*request)(nil)
	_ io.StringWriter                               = (*request)(nil)
	_ io.ReaderFrom                                 = (*request)(nil)
	_ interface{ FlushError() error }               = (*request)(nil)
	_ interface{ EnableFullDuplex() error }         = (*request)(nil)
	_ interface{ SetReadDeadline(time.Time) error } = (*request)(nil)
)

// Header implements http.ResponseWriter.
func (rq *request) Header() http.Header { return rq.header }

// WriteHeader implements http.ResponseWriter. A 1xx status is dropped: nearly
// every front server takes the first head it gets for the final one.
func (rq *request) WriteHeader(status int) {
	if status < 200 && status != http.StatusSwitchingProtocols {
		return
	}
	rq.owed = respond.Declared(rq.ctx.Request().Method, status, rq.header)
	o := rq.pending()
	o.b = respond.AppendHead(o.b, status, rq.header)
}

// Write implements http.ResponseWriter. What does not fit into the buffer goes
// out together with what is in it, uncopied.
func (rq *request) Write(p []byte) (int, error) {
	if o := rq.pending(); o.fits(len(p)) {
		o.b = append(o.b, p...)
	} else if err := rq.flush(p); err != nil {
		return 0, err
	}
	rq.owed -= int64(len(p))
	return len(p), nil
}

// WriteString implements io.StringWriter.
func (rq *request) WriteString(s string) (int, error) {
	n := 0
	for n < len(s) {
		o := rq.pending()
		room := min(max(o.room(), 0), len(s)-n)
		o.b = append(o.b, s[n:n+room]...)
		if n += room; n < len(s) {
			if err := rq.flush(nil); err != nil {
				return n, err
			}
		}
	}
	rq.owed -= int64(n)
	return n, nil
}

// ReadFrom implements io.ReaderFrom: a record is read at once.
func (rq *request) ReadFrom(src io.Reader) (int64, error) { return respond.Copy(rq, src) }

// FlushError sends what has been written; also just the head.
func (rq *request) FlushError() error {
	if rq.out == nil {
		return nil
	}
	return rq.flush(nil)
}

// EnableFullDuplex does nothing: FastCGI is.
func (rq *request) EnableFullDuplex() error { return nil }

// SetReadDeadline is for the body. Once that has been read there is nothing that
// it could mean.
func (rq *request) SetReadDeadline(t time.Time) (err error) {
	rq.conn.watch.Do(rq.watched(), func() error {
		if !rq.inputEnded.Load() {
			err = rq.conn.deadlines.Force(t)
		}
		return nil
	})
	return err
}

// SetWriteDeadline replaces the server's WriteTimeout for this response.
func (rq *request) SetWriteDeadline(t time.Time) error {
	return rq.conn.watch.Do(rq.watched(), func() error { return rq.conn.out.SetDeadline(t) })
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

// flush sends what is waiting, and p after it. Many front servers do not read
// the answer before they have sent the whole body, so the body must be read
// meanwhile.
func (rq *request) flush(p []byte) error {
	rq.input.readAhead()
	o := rq.pending()
	err := rq.conn.sendStdout(rq, o, p)
	rq.discard()
	return err
}

// sendEnd sends what is waiting and the end of the request, in one write.
func (rq *request) sendEnd() error {
	rq.input.readAhead()
	o := rq.pending()
	if rq.aborted.Load() {
		o.b = o.b[:headerLen] // nobody wants it, but for the end
	}
	err := rq.conn.sendEnd(rq, o)
	rq.discard()
	return err
}

// errorStream is a request's STDERR.
type errorStream request

// Write sends p at once, in as many records as it takes. Front servers log it;
// nginx counts what comes before the response's head against its buffer for that.
func (s *errorStream) Write(p []byte) (int, error) {
	rq := (*request)(s)
	rq.input.readAhead()
	if err := rq.conn.sendStderr(rq, p); err != nil {
		return 0, err
	}
	return len(p), nil
}
