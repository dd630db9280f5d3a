package cgi

import (
	"io"
	"net/http"
	"os"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/respond"
)

// response is the part of an exchange that is written: what a gangplank.Writer,
// which knows the rules of net/http, writes to.
type response struct {
	header     http.Header
	out        output
	owed       int64 // bytes of body that the head has promised
	written    int64 // bytes of body
	upgradable bool
	conn       *conn // the handler's, after Hijack
}

var (
	_ http.ResponseWriter                            = (*exchange)(nil)
	_ http.Hijacker                                  = (*exchange)(nil)
	_ io.StringWriter                                = (*exchange)(nil)
	_ io.ReaderFrom                                  = (*exchange)(nil)
	_ interface{ FlushError() error }                = (*exchange)(nil)
	_ interface{ EnableFullDuplex() error }          = (*exchange)(nil)
	_ interface{ SetReadDeadline(time.Time) error }  = (*exchange)(nil)
	_ interface{ SetWriteDeadline(time.Time) error } = (*exchange)(nil)
)

// Header implements http.ResponseWriter.
func (x *exchange) Header() http.Header { return x.header }

// WriteHeader implements http.ResponseWriter.
func (x *exchange) WriteHeader(status int) {
	informational := status < 200 && status != http.StatusSwitchingProtocols
	if informational && !x.informational {
		return // nearly every web server takes the first head that it gets for the final one
	}
	if x.raw {
		x.out.buf = appendRawHead(x.out.buf, status, x.header)
	} else {
		x.out.buf = respond.AppendHead(x.out.buf, status, x.header)
	}
	if informational {
		x.flush()
		return
	}
	x.owed = respond.Declared(x.Request().Method, status, x.header)
}

// appendRawHead appends the head of a program whose header is not parsed. It is
// the origin server then, so that it says the date, and that the answer ends
// with the connection.
func appendRawHead(dst []byte, status int, h http.Header) []byte {
	dst = respond.AppendRawHead(dst, status, h)
	if status < 200 {
		return dst
	}
	dst = dst[:len(dst)-len("\r\n")]
	if h["Date"] == nil {
		dst = append(dst, "Date: "...)
		dst = time.Now().UTC().AppendFormat(dst, http.TimeFormat)
		dst = append(dst, "\r\n"...)
	}
	return append(dst, "Connection: close\r\n\r\n"...)
}

// Write implements http.ResponseWriter.
func (x *exchange) Write(p []byte) (int, error) {
	if len(p) > x.out.room() {
		if err := x.flush(); err != nil {
			return 0, err
		}
	}
	if len(p) > x.out.room() {
		if err := x.failed(x.out.write(p)); err != nil {
			return 0, err
		}
	} else {
		x.out.buf = append(x.out.buf, p...)
	}
	x.written += int64(len(p))
	return len(p), x.out.err
}

// WriteString implements io.StringWriter.
func (x *exchange) WriteString(s string) (n int, err error) {
	for n < len(s) {
		if x.out.room() == 0 {
			if err := x.flush(); err != nil {
				return n, err
			}
		}
		part := s[n:min(len(s), n+x.out.room())]
		x.out.buf = append(x.out.buf, part...)
		x.written += int64(len(part))
		n += len(part)
	}
	return n, x.out.err
}

// ReadFrom implements io.ReaderFrom. It is tempting to let an *os.File read src
// by itself, but its error would not tell whether src failed or the web server no
// longer reads.
func (x *exchange) ReadFrom(src io.Reader) (int64, error) { return respond.Copy(x, src) }

// FlushError sends what has been written; also just the head.
func (x *exchange) FlushError() error { return x.flush() }

// flush sends what is in the buffer, while more is to come.
func (x *exchange) flush() error {
	x.beginWatch()
	return x.send()
}

// send sends what is in the buffer. Apache does not read the answer before it
// has sent the whole body, so the body must be read meanwhile.
func (x *exchange) send() error {
	x.body.ReadAhead()
	return x.failed(x.out.flush())
}

// failed cancels the request when the answer cannot be sent.
func (x *exchange) failed(err error) error {
	if err != nil {
		x.Cancel(err)
	}
	return err
}

// EnableFullDuplex does nothing: CGI is.
func (x *exchange) EnableFullDuplex() error { return nil }

// SetReadDeadline is for the body.
func (x *exchange) SetReadDeadline(t time.Time) error {
	return supported(input{x.stdin}.SetReadDeadline(t))
}

// SetWriteDeadline is for the answer.
func (x *exchange) SetWriteDeadline(t time.Time) error {
	if d, ok := x.out.to.(interface{ SetWriteDeadline(time.Time) error }); ok {
		return supported(d.SetWriteDeadline(t))
	}
	return http.ErrNotSupported
}

func supported(err error) error {
	if err == os.ErrNoDeadline {
		return http.ErrNotSupported
	}
	return err
}
