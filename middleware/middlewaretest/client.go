package middlewaretest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"sync"
)

// A request as the client sends it. The zero value is "GET /".
type request struct {
	method  string
	target  string
	header  http.Header
	body    string
	stream  io.Reader // the body, in place of a string, its length unknown
	chunked bool      // the length is not declared
	trailer http.Header
}

// An answer is what came of a request.
type answer struct {
	x      *exchange
	cancel context.CancelFunc
	head   bool // not to be decoded
	res    *http.Response
	err    error
	body   []byte
}

// do sends a request and notes the whole answer.
func (x *exchange) do(req request) {
	a := x.send(req)
	x.signal("head")
	a.finish()
}

// send sends a request and returns once the head of the answer is there.
func (x *exchange) send(req request) *answer {
	ctx, cancel := context.WithCancel(x.ctx)
	a := x.sendWith(ctx, req)
	a.cancel = cancel
	return a
}

// sendWith is send with the context that ends the request.
func (x *exchange) sendWith(ctx context.Context, req request) *answer {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{Got1xxResponse: x.interim})
	r, err := http.NewRequestWithContext(ctx, req.method, x.url+req.target, req.reader())
	if err != nil {
		panic("middlewaretest: " + err.Error())
	}
	maps.Copy(r.Header, req.header)
	r.Trailer = req.trailer
	if req.chunked {
		r.ContentLength = -1
	}
	for _, prepare := range x.cfg.prepare {
		prepare(r)
	}
	a := &answer{x: x, head: req.method == http.MethodHead}
	a.res, a.err = x.client.RoundTrip(r)
	return a
}

// pipe is a body that is sent as it is written.
func (x *exchange) pipe() (*io.PipeReader, *io.PipeWriter) {
	body, send := io.Pipe()
	context.AfterFunc(x.ctx, func() { body.CloseWithError(context.Cause(x.ctx)) })
	return body, send
}

func (req request) reader() io.Reader {
	switch {
	case req.stream != nil:
		return req.stream
	case req.body != "" || req.chunked:
		return strings.NewReader(req.body)
	}
	return nil
}

func (x *exchange) interim(code int, h textproto.MIMEHeader) error {
	x.note("interim", itoa(code))
	x.noteHeader("interim "+itoa(code), http.Header(h))
	return nil
}

// finish reads the rest of the answer and notes all of it.
func (a *answer) finish() {
	defer a.cancel()
	if a.err == nil {
		room := rooms.Get().(*bytes.Buffer)
		defer rooms.Put(room)
		room.Reset()
		room.Write(a.body)
		_, a.err = room.ReadFrom(a.res.Body)
		a.res.Body.Close()
		a.body = room.Bytes()
		defer func() { a.body = nil }() // it is the next one's
	}
	if a.err != nil { // how much of it arrived depends on the moment
		a.x.note("answer", broken)
		return
	}
	a.x.note("answer", complete)
	a.x.note("status", itoa(a.res.StatusCode))
	a.x.noteHeader("field", a.res.Header)
	a.x.noteHeader("trailer", a.res.Trailer)
	if !a.head {
		a.x.note("length", quoted([]string{itoa(len(a.body))}))
	}
	a.x.note("body", brief(a.decoded()))
}

// rooms are for bodies, which nobody keeps.
var rooms = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, large+2*bytes.MinRead)) }}

func (a *answer) decoded() []byte {
	if a.x.cfg.decode == nil || a.head || len(a.body) == 0 {
		return a.body
	}
	body, err := a.x.cfg.decode(a.res.Header, a.body)
	if err != nil {
		return fmt.Appendf(nil, "undecodable: %v", err)
	}
	return body
}

// arrive reads the next n bytes of the body; of an encoded one, where nobody
// knows how many they are, what has come of them. What cannot be flushed may be
// shorter as a whole than it was to be in parts.
func (a *answer) arrive(n int) {
	p, atLeast := make([]byte, n), n
	if a.x.cfg.decode != nil {
		atLeast = 1
	}
	n, err := io.ReadAtLeast(a.res.Body, p, atLeast)
	if err != nil && !(err == io.EOF && a.x.cfg.decode != nil) {
		a.x.note("reading", err.Error())
	}
	a.body = append(a.body, p[:n]...)
}

// brief quotes what is short and sums up what is long.
func brief(p []byte) string {
	if len(p) <= 100 {
		return fmt.Sprintf("%q", p)
	}
	digest := sha256.Sum256(p)
	return fmt.Sprintf("%d bytes (%x)", len(p), digest[:6])
}

// large is more than fits into any buffer: a gangplank.Writer holds back 64 KiB
// at the most, and that is what an HTTP/2 stream may send unasked. Not much more,
// since under the race detector each byte has its price.
const large = 70_000

// pattern is n bytes, up to large, in which a lost, doubled or displaced part shows.
func pattern(n int) []byte { return allOfPattern()[:n:n] }

var allOfPattern = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < large; i++ {
		fmt.Fprintf(&b, "%07x\n", i)
	}
	return b.Bytes()
})
