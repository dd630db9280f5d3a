package gangplank

import (
	"errors"
	"io"
	"maps"
	"net/http"
)

// Hold raises the limit of what is held back, to at most 64 KiB: for layers
// that decide by the beginning, or the whole, of the body. It never lowers it.
func (w *Writer) Hold(limit int) { w.limit = max(w.limit, int32(min(limit, maxHold))) }

// Held returns what is held back of the body, and, in a hook, whether that is
// all of it. The bytes are valid until the next call of any method.
func (w *Writer) Held() (body []byte, complete bool) {
	if w.held == nil {
		return nil, w.complete
	}
	w.held.shown = true
	return w.held.body, w.complete
}

// Complete reports, in a hook, whether the handler has finished the body: what is
// held back is all of it. It is [Writer.Held] without a look at the bytes.
func (w *Writer) Complete() bool { return w.complete }

// Reset takes back what was written so far, and reports whether it could: it
// cannot once the head is out. Of the header it removes the fields that
// describe the discarded body (Content-*, ETag, Last-Modified, Accept-Ranges,
// Digest and its successors, Trailer), how long it may be kept (Cache-Control,
// also those of RFC 9213 and of CDNs, Expires, Age, Pragma) and where it leads
// (Location, Refresh); Set-Cookie, Vary, security fields and all else stay. So do
// the hooks.
func (w *Writer) Reset() bool {
	if w.state >= committed {
		return false
	}
	if w.state == decided {
		w.state = open
	}
	w.replaced = w.state == committing
	w.complete = w.replaced
	w.status, w.length, w.written, w.encoding, w.trailers, w.overrun = 0, -1, 0, nil, false, false
	w.held.reset()
	dropEntityFields(w.Header())
	return true
}

// Finish ends the response: what is held back goes out, with a Content-Length,
// and the encoder is closed. It acts only on the Writer that [Attach] has just
// put around under; given the Writer itself, which is what Attach returned, it
// does nothing, since an outer layer will finish it. Adapters call it with what
// they gave to [Exchange.Init].
//
// It is not to be called for a handler that panicked: what was held back is then
// not the response.
func (w *Writer) Finish(under http.ResponseWriter) {
	if gw, ok := under.(*Writer); ok && gw == w {
		return
	}
	switch w.state {
	case open:
		w.decide(http.StatusOK)
		fallthrough
	case decided:
		_ = w.commit(nil, true) // the client went away: nobody is left to be told
	}
	w.finishEncoding()
	if w.state != hijacked {
		w.state = finished
	}
	w.release()
	w.end()
}

// conclude is Finish for who has attached the request under a server that is not
// ours. There a panic in a hook breaks the response off, as any panic does, with
// no layer left on the stack; an access log shall have its line nevertheless.
func (w *Writer) conclude(under http.ResponseWriter) {
	returned := false
	defer func() {
		if returned || w.atEnd == nil {
			return
		}
		if w.state < committed {
			w.status = http.StatusInternalServerError
		}
		if w.c.Failure() == nil {
			w.c.SetFailure(errUnfinished)
		}
		w.end()
	}()
	w.Finish(under)
	returned = true
}

// end runs what AtEnd registered, once.
func (w *Writer) end() {
	if f := w.atEnd; f != nil {
		w.atEnd = nil
		f()
	}
}

var (
	errUnfinished   = errors.New("gangplank: the response could not be finished")
	errFinished     = errors.New("gangplank: response written to after its handler returned")
	errHijackInHook = errors.New("gangplank: Hijack in a BeforeHead hook")
)

// commit lets the head out, and after it all that was held back. next is the
// beginning of what will follow; complete says that nothing will.
func (w *Writer) commit(next []byte, complete bool) error {
	if w.state >= committed {
		return nil
	}
	h := w.Header()
	late := w.restoreHeader(h)
	w.state, w.complete = committing, complete
	defer w.reopen()
	w.sniff(h, next)
	w.runHooks(h)
	if w.replaced {
		next = nil
	}
	w.sniff(h, next)
	if w.encoding != nil && !w.bodyless && bodyAllowed(w.Status()) {
		w.encoding.open((*below)(w))
	}
	if w.complete {
		w.finishBody(h)
	}
	w.state = committed
	w.under.WriteHeader(w.Status())
	if late != nil {
		maps.Copy(h, late)
	}
	return w.sendHeld()
}

// reopen makes the response one that can be replaced again when a hook or a
// transform has panicked: the page of that error has to go out.
func (w *Writer) reopen() {
	if w.state == committing {
		w.state = decided
	}
}

// finishBody gives a whole body its Content-Length by net/http's rules, after
// running it through the encoder.
func (w *Writer) finishBody(h http.Header) {
	if w.encoding.opened() {
		w.encodeHeld()
	}
	n := w.held.len()
	switch {
	case !bodyAllowed(w.Status()), w.bodyless && n == 0:
	case w.bodyless && w.encoding != nil: // its length is not worth encoding it
	case w.framed(h):
		w.relength()
	case n == 0 && hasTrailers(h):
	default:
		h["Content-Length"] = w.FieldValue(decimal(n))
	}
}

// sendHeld sends what was held back.
func (w *Writer) sendHeld() error {
	if w.held.len() == 0 {
		return nil
	}
	body := w.held.body
	w.held.body = body[:0]
	if !bodyAllowed(w.Status()) {
		return nil
	}
	_, err := w.send(body)
	return err
}

// pass sends what the handler writes after the head is out.
func (w *Writer) pass(p []byte) (int, error) {
	if w.replaced {
		return len(p), nil
	}
	return w.send(p)
}

func (w *Writer) send(p []byte) (int, error) {
	switch {
	case w.bodyless:
		return len(p), nil
	case w.encoding.opened():
		return w.encoding.enc.Write(p)
	}
	n, err := w.under.Write(p)
	w.count(int64(n), err)
	return n, err
}

// count notes what went below.
func (w *Writer) count(n int64, err error) {
	w.sent += n
	w.failed = w.failed || err != nil
}

func (w *Writer) passString(s string) (int, error) {
	if w.bodyless || w.replaced || w.encoding != nil {
		return w.passPieces(s)
	}
	n, err := io.WriteString(w.under, s)
	w.count(int64(n), err)
	return n, err
}

// passPieces is pass by way of the buffer in which nothing is held any more.
func (w *Writer) passPieces(s string) (n int, err error) {
	room := w.hold().body[:0]
	room = room[:min(cap(room), defaultHold)]
	for n < len(s) && err == nil {
		var m int
		m, err = w.pass(room[:copy(room, s[n:])])
		n += m
	}
	return n, err
}

// passReader gives src to a ReaderFrom below, but no more of it than the
// declared length. A LimitedReader that asks for no more is passed as it is,
// since only in that form package net recognises a file for sendfile.
func (w *Writer) passReader(rf io.ReaderFrom, src io.Reader) (int64, error) {
	limited, rest := src, w.length-w.written
	if lr, ok := src.(*io.LimitedReader); w.length >= 0 && !(ok && lr.N <= rest) {
		limited = io.LimitReader(src, rest)
	}
	n, err := rf.ReadFrom(limited)
	w.written += n
	w.count(n, nil) // err may be src's; what is missing tells
	if err == nil && limited != src {
		if more, _ := io.CopyN(io.Discard, src, 1); more > 0 {
			return n, http.ErrContentLength
		}
	}
	return n, err
}

// readHeld reads src into what is held back. more says that there may be more
// of it than fits; the head is then out.
func (w *Writer) readHeld(src io.Reader) (n int64, more bool, err error) {
	if w.state == decided && w.length-w.written > int64(w.limit) && !w.sniffs(w.Header()) {
		return 0, true, w.commit(nil, false) // it will not fit: leave the file to sendfile
	}
	held, limit := w.hold(), int(w.limit)
	for len(held.body) < limit {
		held.grow(limit)
		room := held.body[len(held.body):min(cap(held.body), limit)]
		if rest := max(w.length-w.written, 0); w.length >= 0 && int64(len(room)) > rest {
			room = room[:rest]
		}
		if len(room) == 0 {
			break // whatever comes now is too much: Write will say so
		}
		m, err := src.Read(room)
		if w.state == open && m > 0 { // not before: a handler whose source fails may still choose another status
			w.decide(http.StatusOK)
			w.holdHeader()
		}
		held.body = held.body[:len(held.body)+m]
		n += int64(m)
		w.written += int64(m)
		if err == io.EOF {
			return n, false, nil
		}
		if err != nil {
			return n, false, err
		}
	}
	if w.length >= 0 && w.written >= w.length {
		m, err := io.Copy(writerOnly{w}, src)
		return n + m, false, err
	}
	return n, true, w.commit(nil, false)
}
