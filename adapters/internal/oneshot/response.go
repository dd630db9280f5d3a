package oneshot

import (
	"io"
	"net/http"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/respond"
)

// response is the part of an exchange that is written: what a gangplank.Writer,
// which knows the rules of net/http, writes to.
type response struct {
	ctx    gangplank.Exchange
	header http.Header
	out    *outgoing // nil while nothing is waiting to be sent
	owed   int64     // bytes of body that the head has promised and that are missing
}

var (
	_ http.ResponseWriter                            = (*exchange)(nil)
	_ io.StringWriter                                = (*exchange)(nil)
	_ io.ReaderFrom                                  = (*exchange)(nil)
	_ interface{ FlushError() error }                = (*exchange)(nil)
	_ interface{ EnableFullDuplex() error }          = (*exchange)(nil)
	_ interface{ SetReadDeadline(time.Time) error }  = (*exchange)(nil)
	_ interface{ SetWriteDeadline(time.Time) error } = (*exchange)(nil)
)

// Header implements http.ResponseWriter.
func (x *exchange) Header() http.Header { return x.header }

// WriteHeader implements http.ResponseWriter. A 1xx status is dropped: nearly
// every front server takes the first head it gets for the final one.
func (x *exchange) WriteHeader(status int) {
	if status < 200 && status != http.StatusSwitchingProtocols {
		return
	}
	x.owed = respond.Declared(x.ctx.Request().Method, status, x.header)
	o := x.pending()
	o.b = x.conn.AppendHead(o.b, status, x.header)
}

// Write implements http.ResponseWriter. What does not fit into the buffer goes
// out together with what is in it, uncopied.
func (x *exchange) Write(p []byte) (int, error) {
	if o := x.pending(); o.fits(len(p)) {
		o.b = append(o.b, p...)
	} else if err := x.flush(p); err != nil {
		return 0, err
	}
	x.owed -= int64(len(p))
	return len(p), nil
}

// WriteString implements io.StringWriter.
func (x *exchange) WriteString(s string) (int, error) {
	n := 0
	for n < len(s) {
		o := x.pending()
		room := min(max(o.room(), 0), len(s)-n)
		o.b = append(o.b, s[n:n+room]...)
		if n += room; n < len(s) {
			if err := x.flush(nil); err != nil {
				return n, err
			}
		}
	}
	x.owed -= int64(n)
	return n, nil
}

// ReadFrom implements io.ReaderFrom.
func (x *exchange) ReadFrom(src io.Reader) (int64, error) { return respond.Copy(x, src) }

// FlushError sends what has been written; also just the head.
func (x *exchange) FlushError() error {
	if x.out == nil {
		return nil
	}
	return x.flush(nil)
}

// EnableFullDuplex does nothing: the protocols are.
func (x *exchange) EnableFullDuplex() error { return nil }

// SetReadDeadline is for the body. Once that has been read there is nothing that
// it could mean.
func (x *exchange) SetReadDeadline(t time.Time) (err error) {
	x.conn.watch.Do((*watched)(x), func() error {
		if !x.inputEnded.Load() {
			err = x.conn.deadlines.Force(t)
		}
		return nil
	})
	return err
}

// SetWriteDeadline replaces the server's WriteTimeout.
func (x *exchange) SetWriteDeadline(t time.Time) error {
	return x.conn.watch.Do((*watched)(x), func() error { return x.conn.out.SetDeadline(t) })
}
