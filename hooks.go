package gangplank

import (
	"net"
	"net/http"
)

// BeforeHead registers a hook that runs once, just before the final response
// head goes out: when the status can no longer change, and the header still can.
// The hook registered last, by the innermost layer, runs first.
//
// h is what will be sent; it is the hook's for the time of the call. A hook may
// look at the body with [Writer.Held] and [Writer.Bytes], install a transform
// with [Writer.Encode], or replace the response: Reset, WriteHeader and Write
// then act on what is held back, and the hooks further out see the result. What
// the handler still writes after that goes nowhere, since it cannot know.
//
// Trailers a hook announces in the field Trailer: [http.TrailerPrefix] is for those
// that nobody knew of before the head.
//
// A hook registered after the head went out never runs.
func (w *Writer) BeforeHead(hook func(status int, h http.Header)) {
	w.hooks = append(w.hooks, headFunc(hook))
}

// BeforeHeadCall is [Writer.BeforeHead] for a hook that is the same for all
// requests: a closure for each would be an allocation, which a layer that mostly
// has nothing to do should not cost.
func (w *Writer) BeforeHeadCall(hook HeadHook) { w.hooks = append(w.hooks, hook) }

// HeadHook is a hook of [Writer.BeforeHeadCall]. r is the request that the
// Writer answers; status and h are those of BeforeHead.
type HeadHook interface {
	BeforeHead(w *Writer, r *http.Request, status int, h http.Header)
}

// headFunc is a hook that knows its request.
type headFunc func(status int, h http.Header)

// BeforeHead calls f.
func (f headFunc) BeforeHead(_ *Writer, _ *http.Request, status int, h http.Header) { f(status, h) }

// AtEnd registers a function that runs once, when the response has ended:
// everything is out, Status and Bytes are final. It is for access logs and
// measurements; nothing can be written any more. Of several functions the one
// registered last runs first.
//
// A response that breaks off because its handler panicked never ends in this
// sense: a layer that has to know is still on the stack then.
func (w *Writer) AtEnd(f func()) {
	if outer := w.atEnd; outer != nil {
		inner := f
		f = func() { inner(); outer() }
	}
	w.atEnd = f
}

// runHooks calls the hooks from the inside out.
func (w *Writer) runHooks(h http.Header) {
	if len(w.hooks) == 0 {
		return
	}
	body := bodyAllowed(w.Status())
	for n := len(w.hooks); n > 0; n = len(w.hooks) {
		hook := w.hooks[n-1]
		w.hooks = w.hooks[:n-1]
		hook.BeforeHead(w, w.req, w.Status(), h)
		if w.status == 0 { // reset, and nothing decided since
			w.status = http.StatusOK
		}
	}
	if body && !bodyAllowed(w.Status()) {
		w.replaced = true
	}
	if !w.complete || w.length >= 0 { // else finishBody looks whether there is one now
		w.relength()
	}
}

// runHooksForHijack runs the hooks of a response whose head the handler writes
// itself: what they do besides the header, such as storing a session, counts.
func (w *Writer) runHooksForHijack(conn net.Conn) {
	done := false
	defer func() {
		if w.state = hijacked; !done { // a hook panicked: the handler never gets to close it
			_ = conn.Close()
		}
	}()
	if w.state < committing {
		w.state, w.status = committing, http.StatusSwitchingProtocols
		w.runHooks(w.Header())
	}
	done = true
}
