package ajp

import (
	"encoding/binary"
	"errors"
	"io"
	"net/http"

	"github.com/gangplank-web/gangplank/adapters/internal/respond"
)

var (
	_ http.ResponseWriter             = (*request)(nil)
	_ io.StringWriter                 = (*request)(nil)
	_ io.ReaderFrom                   = (*request)(nil)
	_ interface{ FlushError() error } = (*request)(nil)
)

// errHead is what the body's writes return when the head could not be sent.
var errHead = errors.New("ajp: the response's head is longer than a packet")

// WriteHeader implements http.ResponseWriter. A 1xx status is dropped: there can
// be one SEND_HEADERS, and to front servers a second one is an error. A head that
// is longer than a packet becomes a 500; it is better said here than by a front
// server that takes us for broken.
func (rq *request) WriteHeader(status int) {
	if status < 200 && status != http.StatusSwitchingProtocols {
		return
	}
	rq.unflushed = true
	rq.Owed = respond.Declared(rq.Exchange.Request().Method, status, rq.Header())
	set, o := rq.conn.set, rq.pending()
	b, ok := appendHead(o.B, status, rq.Header(), set.packetSize)
	if !ok {
		set.Log.Error("ajp: response head is longer than a packet", "packet-size", set.packetSize,
			"method", rq.Exchange.Request().Method, "path", rq.Exchange.Request().URL.Path)
		rq.replaced, rq.Owed = true, 0
		b = appendPage(o.B, http.StatusInternalServerError, set.packetSize)
	}
	o.B = b
}

// appendHead appends SEND_HEADERS, if that fits into a packet; a name or value
// that is too long for its length is also too long for that.
func appendHead(b []byte, status int, h http.Header, packetSize int) (_ []byte, ok bool) {
	start := len(b)
	b = appendHeader(b, 0, typeSendHeaders)
	b = binary.BigEndian.AppendUint16(b, uint16(status))
	b = appendString(b, respond.Reason(status))
	count, n := len(b), 0
	b = append(b, 0, 0)
	for name, value := range respond.Fields(status, h) {
		if len(b)-start+len(name)+len(value) > packetSize {
			return b[:start], false
		}
		if code := responseField(name); code != 0 {
			b = binary.BigEndian.AppendUint16(b, code)
		} else {
			b = appendString(b, name)
		}
		b = appendString(b, value)
		n++
	}
	if len(b)-start > packetSize {
		return b[:start], false
	}
	binary.BigEndian.PutUint16(b[count:], uint16(n))
	binary.BigEndian.PutUint16(b[start+2:], uint16(len(b)-start-headerLen))
	return b, true
}

// Write implements http.ResponseWriter. What does not fit into the buffer goes
// out together with what is in it, uncopied.
func (rq *request) Write(p []byte) (int, error) {
	if rq.replaced {
		return 0, errHead
	}
	rq.unflushed = true
	if o := rq.pending(); o.fits(len(p), rq.conn.set.maxChunk()) {
		appendData(o, p, rq.conn.set.maxChunk())
	} else if err := rq.flush(p); err != nil {
		return 0, err
	}
	rq.Owed -= int64(len(p))
	return len(p), nil
}

// WriteString implements io.StringWriter.
func (rq *request) WriteString(s string) (int, error) {
	if rq.replaced {
		return 0, errHead
	}
	rq.unflushed = true
	size := rq.conn.set.maxChunk()
	for n := 0; n < len(s); {
		o := rq.pending()
		if !o.fits(1, size) {
			if err := rq.flush(nil); err != nil {
				return n, err
			}
			continue
		}
		m := min(o.room(size), len(s)-n)
		appendData(o, s[n:n+m], size)
		n += m
	}
	rq.Owed -= int64(len(s))
	return len(s), nil
}

// ReadFrom implements io.ReaderFrom.
func (rq *request) ReadFrom(src io.Reader) (int64, error) { return respond.Copy(rq, src) }

// FlushError sends what has been written; also just the head. An empty part of
// the body makes the front server pass it on.
func (rq *request) FlushError() error {
	if !rq.unflushed {
		return nil
	}
	rq.unflushed = false
	o := rq.pending()
	o.close()
	o.B = appendEmptyChunk(o.B)
	return rq.flush(nil)
}
