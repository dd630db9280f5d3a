package fastcgi

import (
	"net/http"

	"github.com/gangplank-web/gangplank/adapters/internal/respond"
)

var _ http.ResponseWriter = (*request)(nil)

// WriteHeader implements http.ResponseWriter. A 1xx status is dropped: nearly
// every front server takes the first head it gets for the final one.
func (rq *request) WriteHeader(status int) {
	if status < 200 && status != http.StatusSwitchingProtocols {
		return
	}
	rq.Owed = respond.Declared(rq.Exchange.Request().Method, status, rq.Header())
	o := rq.Pending()
	o.B = respond.AppendHead(o.B, status, rq.Header())
}

func (rq *request) pending() *outgoing { return (*outgoing)(rq.Pending()) }

// flush sends what is waiting, and p after it. Many front servers do not read
// the answer before they have sent the whole body, so the body must be read
// meanwhile.
func (rq *request) flush(p []byte) error {
	rq.input.readAhead()
	err := rq.conn.sendStdout(rq, rq.pending(), p)
	rq.Discard()
	return err
}

// sendEnd sends what is waiting and the end of the request, in one write.
func (rq *request) sendEnd() error {
	rq.input.readAhead()
	o := rq.pending()
	if rq.aborted.Load() {
		o.B = o.B[:headerLen] // nobody wants it, but for the end
	}
	err := rq.conn.sendEnd(rq, o)
	rq.Discard()
	return err
}

// errorStream is a request's STDERR. It has no method of the response's: what an
// io.Copy found there would write to STDOUT.
type errorStream struct{ rq *request }

// Write sends p at once, in as many records as it takes. Front servers log it;
// nginx counts what comes before the response's head against its buffer for that.
func (s errorStream) Write(p []byte) (int, error) {
	rq := s.rq
	rq.input.readAhead()
	if err := rq.conn.sendStderr(rq, p); err != nil {
		return 0, err
	}
	return len(p), nil
}
