package oneshot

import (
	"net/http"

	"github.com/gangplank-web/gangplank/adapters/internal/respond"
)

// sendSize is what is sent at once: the end of a request waits for no more, when a
// goroutine has outlived it.
const sendSize = 1 << 20

var _ http.ResponseWriter = (*exchange)(nil)

// WriteHeader implements http.ResponseWriter. A 1xx status is dropped: nearly
// every front server takes the first head it gets for the final one.
func (x *exchange) WriteHeader(status int) {
	if status < 200 && status != http.StatusSwitchingProtocols {
		return
	}
	x.Owed = respond.Declared(x.Exchange.Request().Method, status, x.Header())
	o := x.Pending()
	o.B = x.conn.AppendHead(o.B, status, x.Header())
}

// flush sends what is waiting, and p after it. Apache does not read the answer
// before it has sent the whole body, so the body must be read meanwhile.
func (x *exchange) flush(p []byte) (err error) {
	x.input.readAhead()
	o, out := x.Pending(), &x.conn.Out
	for err == nil && (len(o.B) > 0 || len(p) > 0) {
		n := min(len(p), sendSize)
		o.Bufs = append(o.Vec[:0], o.B, p[:n])
		err = out.SendAll(&x.Response, &o.Bufs)
		o.B, p = o.B[:0], p[n:]
	}
	x.Discard()
	return err
}

// sendEnd sends what is waiting. Nothing can be written any more.
func (x *exchange) sendEnd() error {
	x.input.readAhead()
	err := x.conn.Out.End(x.Pending().B)
	x.Discard()
	return err
}
