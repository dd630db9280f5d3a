package lint

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync"

	"github.com/gangplank-web/gangplank"
)

// writer is what the layer inside a probe writes to. It changes nothing.
type writer struct {
	http.ResponseWriter
	v *visit

	mu       sync.Mutex // a guilty layer may call from many goroutines
	status   int        // 0 until the head is out
	declared int64      // -1 if no length was
	written  int64
	header   http.Header // as it was when the last call returned; nil before the head
	flushes  int
	interims int
	hijacked bool
	over     bool // the layer has returned
}

var (
	_ http.Flusher    = (*writer)(nil)
	_ http.Hijacker   = (*writer)(nil)
	_ io.StringWriter = (*writer)(nil)
	_ io.ReaderFrom   = (*writer)(nil)
)

// Unwrap is for http.ResponseController, which finds the deadlines there.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *writer) tell(rule Rule, format string, args ...any) {
	w.v.tell(rule, w.v.inside, format, args...)
}

// begin is called before every call that is passed on.
func (w *writer) begin(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		w.tell(WriteAfterReturn, "%s by %s, when the handler had returned", name, caller())
	}
	w.restart()
	w.checkLate()
}

// restart forgets a response that was held back, and has been taken back by
// gangplank.Writer's Reset.
func (w *writer) restart() {
	if held := below(w.ResponseWriter); w.status != 0 && !w.hijacked && held != nil && held.Status() == 0 {
		w.status, w.declared, w.written, w.header = 0, -1, 0, nil
	}
}

// below finds the gangplank.Writer to which w passes calls on.
func below(w http.ResponseWriter) *gangplank.Writer {
	for w != nil {
		if gw, ok := w.(*gangplank.Writer); ok {
			return gw
		}
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return nil
		}
		w = u.Unwrap()
	}
	return nil
}

// done is called after it: what the layers outside have set meanwhile is theirs.
func (w *writer) done() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.status != 0 && !w.over {
		w.header = w.Header().Clone()
	}
}

// WriteHeader looks at the head that goes out.
func (w *writer) WriteHeader(status int) {
	w.begin("WriteHeader")
	defer w.done()
	switch {
	case status < 100 || status > 999:
		w.tell(InvalidStatus, "WriteHeader(%d)", status)
	case w.status != 0 && w.written > 0:
		w.tell(HeadAfterBody, "WriteHeader(%d) after %d bytes of a body with status %d", status, w.written, w.status)
	case w.status != 0:
		w.tell(SuperfluousHeader, "WriteHeader(%d) after WriteHeader(%d)", status, w.status)
	case status < 200 && status != http.StatusSwitchingProtocols:
		w.interim(status)
		return
	default:
		w.head(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

// interim passes a 1xx status, and looks whether it comes out.
func (w *writer) interim(status int) {
	w.interims++
	outer, before := w.v.outer, 0
	if outer != nil {
		before = outer.w.interims
	}
	w.ResponseWriter.WriteHeader(status)
	if outer != nil && outer.w.interims == before {
		w.v.tell(InterimLost, w.v.outside, "WriteHeader(%d) was not passed on", status)
	}
}

// head notes that the head is out with this status.
func (w *writer) head(status int) {
	if w.status != 0 || w.hijacked {
		return
	}
	w.status = status
	w.declared = w.checkLength()
	w.checkFields()
}

// Write looks whether there may be a body.
func (w *writer) Write(p []byte) (int, error) {
	w.begin("Write")
	defer w.done()
	w.head(http.StatusOK)
	w.count(int64(len(p)))
	return w.ResponseWriter.Write(p)
}

// WriteString is Write for a string.
func (w *writer) WriteString(s string) (int, error) {
	w.begin("WriteString")
	defer w.done()
	w.head(http.StatusOK)
	w.count(int64(len(s)))
	return io.WriteString(w.ResponseWriter, s)
}

// ReadFrom is Write for a reader, which reaches a ReadFrom outside.
func (w *writer) ReadFrom(src io.Reader) (int64, error) {
	rf, ok := w.ResponseWriter.(io.ReaderFrom)
	if !ok {
		return io.Copy(struct{ io.Writer }{w}, src)
	}
	w.begin("ReadFrom")
	defer w.done()
	w.head(http.StatusOK)
	n, err := rf.ReadFrom(src)
	w.count(n)
	return n, err
}

func (w *writer) count(n int64) {
	w.written += n
	switch {
	case n == 0 || w.hijacked:
	case w.status < 200 || w.status == http.StatusNoContent || w.status == http.StatusNotModified:
		w.tell(BodyNotAllowed, "a body with status %d, which has none", w.status)
	case w.declared >= 0 && w.written > w.declared:
		w.tell(WrongLength, "more than the %d bytes of the Content-Length", w.declared)
	}
}

// Flush is FlushError for those who ask for an http.Flusher.
func (w *writer) Flush() { _ = w.FlushError() }

// FlushError passes Flush on, and looks whether it comes out.
func (w *writer) FlushError() error {
	w.begin("Flush")
	defer w.done()
	w.head(http.StatusOK)
	w.flushes++
	outer, before := w.v.outer, 0
	if outer != nil {
		before = outer.w.flushes
	}
	err := http.NewResponseController(w.ResponseWriter).Flush()
	if err == nil && outer != nil && outer.w.flushes == before {
		w.v.tell(FlushSwallowed, w.v.outside, "Flush said nil and was not passed on")
	}
	return err
}

// Hijack ends what the probe can see.
func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.begin("Hijack")
	conn, rw, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		w.hijacked, w.header = true, nil
	}
	return conn, rw, err
}

// end looks at a response whose layer has returned.
func (w *writer) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.restart()
	w.checkLate()
	w.head(http.StatusOK) // if there was none, an outer layer or the server makes it that
	if w.status >= 200 && w.status != http.StatusNoContent && w.status != http.StatusNotModified &&
		w.v.req.Method != http.MethodHead && !w.hijacked && w.written < w.declared {
		w.tell(WrongLength, "a body of %d bytes with a Content-Length of %d", w.written, w.declared)
	}
	if w.status == http.StatusSwitchingProtocols && !w.hijacked {
		w.tell(NotHijacked, "WriteHeader(101) and no Hijack: nobody speaks the other protocol")
	}
}

// close ends the time in which calls are in order.
func (w *writer) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
}

func (w *writer) isOver() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.over
}

func (w *writer) isOut() bool { return w.status != 0 }
