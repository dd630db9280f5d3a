package serve

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/respond"
)

// Request is what a [Response] asks of the request that it is a part of.
type Request interface {
	Watched
	// Send sends what is pending, and p after it.
	Send(p []byte) error
	// Close ends the handler's reading of the body.
	Close()
	// Drain reads what is left of the body, for at most d.
	Drain(d time.Duration) error
}

// Response is the part of a protocol's request that is written: what a
// gangplank.Writer, which knows the rules of net/http, writes to. The protocol
// adds WriteHeader to it.
type Response struct {
	Exchange   gangplank.Exchange
	Owed       int64       // bytes of body that the head has promised and that are missing
	InputEnded atomic.Bool // nothing more will come that is the request's

	link    *Link
	request Request
	header  http.Header
	out     *Outgoing // nil while nothing is waiting to be sent
}

var (
	_ io.StringWriter                                = (*Response)(nil)
	_ io.ReaderFrom                                  = (*Response)(nil)
	_ interface{ FlushError() error }                = (*Response)(nil)
	_ interface{ EnableFullDuplex() error }          = (*Response)(nil)
	_ interface{ SetReadDeadline(time.Time) error }  = (*Response)(nil)
	_ interface{ SetWriteDeadline(time.Time) error } = (*Response)(nil)
)

// Init begins a request on l, whose answer is rp; under is what w writes to.
func (rp *Response) Init(l *Link, request Request, under http.ResponseWriter) (w *gangplank.Writer, r *http.Request) {
	rp.link, rp.request, rp.header = l, request, make(http.Header)
	l.response = rp
	w, r = rp.Exchange.Init(l.ctx, under)
	r.Body = http.NoBody
	l.Out.Open(rp)
	l.parent.adopt(rp)
	return w, r
}

// Header implements http.ResponseWriter.
func (rp *Response) Header() http.Header { return rp.header }

// Write implements http.ResponseWriter. What does not fit into the buffer goes
// out together with what is in it, uncopied.
func (rp *Response) Write(p []byte) (int, error) {
	if o := rp.Pending(); len(p) <= o.Room() {
		o.B = append(o.B, p...)
	} else if err := rp.request.Send(p); err != nil {
		return 0, err
	}
	rp.Owed -= int64(len(p))
	return len(p), nil
}

// WriteString implements io.StringWriter.
func (rp *Response) WriteString(s string) (int, error) {
	n := 0
	for n < len(s) {
		o := rp.Pending()
		room := min(max(o.Room(), 0), len(s)-n)
		o.B = append(o.B, s[n:n+room]...)
		if n += room; n < len(s) {
			if err := rp.request.Send(nil); err != nil {
				return n, err
			}
		}
	}
	rp.Owed -= int64(n)
	return n, nil
}

// ReadFrom implements io.ReaderFrom.
func (rp *Response) ReadFrom(src io.Reader) (int64, error) { return respond.Copy(rp, src) }

// FlushError sends what has been written; also just the head.
func (rp *Response) FlushError() error {
	if rp.out == nil {
		return nil
	}
	return rp.request.Send(nil)
}

// EnableFullDuplex does nothing: the protocols are.
func (rp *Response) EnableFullDuplex() error { return nil }

// SetReadDeadline is for the body. Once that has been read there is nothing that
// it could mean.
func (rp *Response) SetReadDeadline(t time.Time) (err error) {
	rp.link.Watch.Do(rp.request, func() error {
		if !rp.InputEnded.Load() {
			err = rp.link.Deadlines.Force(t)
		}
		return nil
	})
	return err
}

// SetWriteDeadline replaces the server's WriteTimeout for this response.
func (rp *Response) SetWriteDeadline(t time.Time) error {
	return rp.link.Watch.Do(rp.request, func() error { return rp.link.Out.SetDeadline(t) })
}

// Pending returns what is waiting to be sent.
func (rp *Response) Pending() *Outgoing {
	if rp.out == nil {
		rp.out = outgoings.Get().(*Outgoing)
		rp.out.B = rp.out.B[:rp.link.Service.Gap]
	}
	return rp.out
}

// Discard forgets what has not been sent.
func (rp *Response) Discard() {
	if rp.out != nil {
		rp.out.release()
		rp.out = nil
	}
}

// EndInput notes that nothing more can come that is the request's.
func (rp *Response) EndInput() {
	rp.InputEnded.Store(true)
	rp.link.Watch.Free()
}

// Lose ends a request whose connection is of no more use.
func (rp *Response) Lose(err error) {
	l := rp.link
	l.lost.Store(true)
	rp.Exchange.Cancel(fmt.Errorf("%s: connection lost: %w", l.Service.Name, err))
	if isProtocolError(err) {
		l.Service.Log.Warn(l.Service.Name+": connection dropped", "error", err, "remote", l.Remote())
		l.Close()
	}
}

// Refuse answers a request that has no *http.Request.
func (rp *Response) Refuse(refusal error) {
	service := rp.link.Service
	service.Log.Warn(service.Name+": request refused", "error", refusal, "remote", rp.link.Remote())
	status, w := gangplank.StatusOf(refusal), rp.Exchange.Writer()
	http.Error(w, http.StatusText(status), status)
	w.Finish(nil)
	rp.Exchange.Cancel(nil)
}

// Handle calls the handler and finishes the response; see the function [Handle].
func (rp *Response) Handle(under http.ResponseWriter) error {
	l, w, r := rp.link, rp.Exchange.Writer(), rp.Exchange.Request()
	l.Watch.Begin(rp.request, rp.InputEnded.Load())
	err := Handle(l.Service.Handler, w, r, under, l.Service.Log)
	LogTrailers(l.Service.Log, l.Service.Name, r, rp.header)
	rp.Exchange.Cancel(nil)
	rp.request.Close()
	return err
}

// Short reports whether the handler has written less than it had declared, and
// logs it; what nobody could get any more is not missing.
func (rp *Response) Short() bool {
	l, r := rp.link, rp.Exchange.Request()
	if rp.Owed <= 0 || l.Lost() {
		return false
	}
	l.Service.Log.Error(l.Service.Name+": response is shorter than its Content-Length", "missing", rp.Owed,
		"method", r.Method, "path", r.URL.Path)
	return true
}
