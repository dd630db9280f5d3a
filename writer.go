package gangplank

import (
	"errors"
	"io"
	"net/http"
)

// Writer is the response writer of an attached request, the only one that
// Gangplank puts around another. It knows the status, the number of bytes and
// whether the head is out; it runs hooks just before the head goes out; and it
// holds back the beginning of the body (4 KiB, see [Writer.Hold]), so that an
// error page can still replace a half-written page.
//
// To a handler it behaves exactly like net/http's: the header is snapshotted at
// WriteHeader, 1xx statuses pass, the body of a 204 is [http.ErrBodyNotAllowed],
// more than the declared length is [http.ErrContentLength], a missing
// Content-Type is sniffed, and a body that was held back whole gets a
// Content-Length. On an adapter this is the implementation of those rules. Only
// trailers by [http.TrailerPrefix] are sent with a small body as well.
//
// What is held back goes out ("is committed") when it outgrows the limit, and at
// Flush, Hijack, a ReadFrom of more than the rest, and the end of the handler.
//
// Like every ResponseWriter it is for one goroutine at a time.
type Writer struct {
	c     *Context
	req   *http.Request // whose method decides whether there is a body
	under http.ResponseWriter

	state    state
	bodyless bool       // the request's method is HEAD: nothing of the body goes below
	complete bool       // while committing: what is held is the whole body
	trailers bool       // the header has some, unannounced
	failed   bool       // a write below has
	overrun  bool       // a write was refused as longer than the Content-Length
	sealable bool       // under may refuse what is written before it sees it
	replaced bool       // by a hook: what the handler writes from now on goes nowhere
	limit    int32      // of what is held back
	status   int16      // 0 until WriteHeader
	nvalues  uint8      // how many of values are taken
	length   int64      // the handler's Content-Length, as hooks have left it, or -1
	written  int64      // what the handler wrote
	sent     int64      // what went below
	held     *heldBack  // nil while there is nothing
	hooks    []HeadHook // in the order of registration
	hookRoom [2]HeadHook
	atEnd    func() // nil, or what AtEnd registered

	encoding *encoding // the transforms, if hooks installed any

	values [2]string // see FieldValue
}

// state is how far a response has come. Each includes those before it.
type state uint8

const (
	open       state = iota // no status yet
	decided                 // WriteHeader was called; its header is snapshotted
	committing              // the hooks are running
	committed               // the head is out
	hijacked                // the connection is the handler's
	finished                // the handler has returned
)

// What is held back by default, and at most.
const (
	defaultHold = 4 << 10
	maxHold     = 64 << 10
)

func (w *Writer) init(c *Context, r *http.Request, under http.ResponseWriter) {
	w.c, w.req, w.under, w.length, w.limit = c, r, under, -1, defaultHold
	w.hooks = w.hookRoom[:0]
}

// The doors through which a handler can let the head go out, all owned here.
var (
	_ http.ResponseWriter = (*Writer)(nil)
	_ http.Flusher        = (*Writer)(nil)
	_ http.Hijacker       = (*Writer)(nil)
	_ io.StringWriter     = (*Writer)(nil)
	_ io.ReaderFrom       = (*Writer)(nil)
)

// Status returns the response's status: 0 before the handler has decided, which
// at its end means 200.
func (w *Writer) Status() int { return int(w.status) }

// Request returns the request that the Writer answers. Layers in between may
// have passed a changed copy of it on.
func (w *Writer) Request() *http.Request { return w.req }

// Bytes returns the size of the body so far: what was sent, encoded if a
// transform is at work, and what is held back.
func (w *Writer) Bytes() int64 { return w.sent + int64(w.held.len()) }

// Broken reports whether the response has ended, or will end, short of what its
// head says: a write below failed, as when the client has gone, or the handler wrote
// less than the Content-Length, as it was when the hooks had run. It is for access
// logs, at the end.
func (w *Writer) Broken() bool {
	short := w.written < w.length && !w.bodyless && bodyAllowed(w.Status())
	return w.failed || short && w.state >= committed && w.state != hijacked
}

// Committed reports whether the head is out, so that nothing can be replaced
// any more.
func (w *Writer) Committed() bool { return w.state >= committed }

// Unwrap returns what the Writer was put around, for [http.ResponseController].
// Whatever is written there directly overtakes what is held back.
func (w *Writer) Unwrap() http.ResponseWriter { return w.under }

// Header returns the header map that the next WriteHeader will snapshot. After
// the head is out it is the place for trailers; after the end of the request it
// is nobody's. net/http's writer for HTTP/2 would panic then, and with it the
// process, if a goroutine asks that has outlived its handler.
func (w *Writer) Header() http.Header {
	if w.state == finished {
		return make(http.Header)
	}
	return w.under.Header()
}

// WriteHeader decides the status and snapshots the header. Nothing is sent yet,
// but for a 1xx status, which goes out at once and decides nothing; 101 is final.
func (w *Writer) WriteHeader(status int) {
	checkStatus(status)
	switch {
	case w.state == hijacked:
		w.complain("WriteHeader on hijacked connection")
		return
	case w.state != open && w.state != committing:
		w.complain("superfluous WriteHeader call")
		return
	case status < 200 && status != http.StatusSwitchingProtocols:
		w.under.WriteHeader(status)
		return
	case w.state == committing:
		w.status = int16(status) // a hook replaces the response; it works on the header itself
		return
	}
	w.decide(status)
	w.holdHeader()
}

// decide fixes the status and the length that the body is held to.
func (w *Writer) decide(status int) {
	w.state, w.status = decided, int16(status)
	w.bodyless = w.req.Method == http.MethodHead
	w.length = w.declaredLength()
}

// Write writes, or holds back, a part of the body. It decides for status 200 if
// WriteHeader was not called.
func (w *Writer) Write(p []byte) (int, error) {
	if err := w.admit(len(p)); err != nil {
		return 0, err
	}
	if w.fits(len(p)) {
		w.hold().body = append(w.held.body, p...)
		return len(p), nil
	}
	if err := w.commit(p, false); err != nil {
		return 0, err
	}
	return w.pass(p)
}

// WriteString is Write without a copy of s.
func (w *Writer) WriteString(s string) (int, error) {
	if err := w.admit(len(s)); err != nil {
		return 0, err
	}
	if w.fits(len(s)) {
		w.hold().body = append(w.held.body, s...)
		return len(s), nil
	}
	if w.state < committed {
		b := w.hold().body
		start := append(b, s[:min(len(s), sniffLen)]...)[len(b):] // for a look, behind what is held
		if err := w.commit(start, false); err != nil {
			return 0, err
		}
	}
	return w.passString(s)
}

// admit checks that n more bytes of body may be written at all, and counts them.
func (w *Writer) admit(n int) error {
	if err := w.refusal(); err != nil {
		return err
	}
	switch w.state {
	case open:
		w.decide(http.StatusOK)
		if n == 0 || w.fits(n) || w.length >= 0 && int64(n) > w.length {
			w.holdHeader() // else the head goes out before the handler can change it
		}
	case committing:
		if w.status == 0 { // a hook writes after Reset
			w.status = http.StatusOK
		}
	case hijacked:
		return http.ErrHijacked
	case finished:
		return errFinished
	}
	if n == 0 || w.replaced && w.state == committed {
		return nil
	}
	if !bodyAllowed(w.Status()) {
		return http.ErrBodyNotAllowed
	}
	if w.state != committing && (w.overrun || w.length >= 0 && int64(n) > w.length-w.written) {
		w.overrun = true // what comes later would not be in its place
		return http.ErrContentLength
	}
	w.written += int64(n)
	return nil
}

// refusal asks what is below, if that wants to be asked, before anything is held
// back: see AttachTo.
func (w *Writer) refusal() error {
	if !w.sealable {
		return nil
	}
	return w.under.(sealer).Sealed()
}

type sealer interface{ Sealed() error }

// fits reports whether n more bytes can be held back.
func (w *Writer) fits(n int) bool {
	return w.state == committing || w.state < committed && w.held.len()+n <= int(w.limit)
}

// Flush is FlushError for those who ask for an http.Flusher.
func (w *Writer) Flush() { _ = w.FlushError() }

// FlushError sends the head and all that was held back.
func (w *Writer) FlushError() error {
	switch w.state {
	case hijacked:
		return http.ErrHijacked
	case finished:
		return errFinished
	case committing:
		return nil // it is on its way
	case open:
		w.decide(http.StatusOK)
	}
	if err := w.commit(nil, false); err != nil {
		return err
	}
	if err := w.encoding.flush(); err != nil {
		return err
	}
	err := http.NewResponseController(w.under).Flush()
	if !errors.Is(err, http.ErrNotSupported) && !w.bodyless && bodyAllowed(w.Status()) {
		w.count(0, err)
	}
	return err
}

// ReadFrom writes all of src, which below may be done without copying, as with
// sendfile. io.Copy finds it.
func (w *Writer) ReadFrom(src io.Reader) (n int64, err error) {
	if err := w.refusal(); err != nil {
		return 0, err
	}
	if w.state == open {
		w.length = w.declaredLength()
	}
	if w.state == open || w.state == decided && bodyAllowed(w.Status()) {
		var more bool
		if n, more, err = w.readHeld(src); !more || err != nil {
			return n, err
		}
	}
	rf, ok := w.under.(io.ReaderFrom)
	if !ok || w.state != committed || w.encoding != nil || w.bodyless || w.replaced || !bodyAllowed(w.Status()) {
		m, err := io.Copy(writerOnly{w}, src)
		return n + m, err
	}
	m, err := w.passReader(rf, src)
	return n + m, err
}

// writerOnly hides ReadFrom, which would only come back here.
type writerOnly struct{ io.Writer }
