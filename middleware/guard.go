package middleware

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gangplank-web/gangplank"
)

// guard stands between a handler on its own goroutine and the Writer of the
// outer layers, which it touches only with the lock held and not sealed. The header map
// is the handler's own, so that a page can be written beside it. It has no
// Unwrap, which would lead around the seal.
type guard struct {
	under *gangplank.Writer
	h     http.Header
	w     gangplank.Writer // the handler's, around the guard
	req   http.Request     // the handler's
	ctx   deadline         // its context
	next  http.Handler     // the handler
	begun atomic.Bool      // step has been called
	spare bool             // event streams

	lock     turns
	sealed   atomic.Bool // changes only with the lock held
	returned atomic.Bool // the handler has: it changes nothing any more, and has answered in time
	decided  bool        // the final WriteHeader has been passed on
	lasting  atomic.Bool // an event stream or hijacked
	entry    http.Header // the outer layers' fields, once those of the handler are in their place
	passed   []string    // the names of the handler's
	room     [12]string  // for them
}

var (
	_ http.Flusher    = (*guard)(nil)
	_ http.Hijacker   = (*guard)(nil)
	_ io.ReaderFrom   = (*guard)(nil)
	_ io.StringWriter = (*guard)(nil)
)

func newGuard(w *gangplank.Writer, r *http.Request, at time.Time, next http.Handler, spare bool) *guard {
	g := &guard{under: w, h: ownHeader(w.Header()), next: next, spare: spare}
	g.lock.init()
	g.ctx.outer, g.ctx.at = r.Context(), at
	g.req = *r.WithContext(&g.ctx)
	g.req.Header = ownHeader(r.Header) // the outer layers' may be read while a late handler changes its own
	gangplank.AttachTo(&g.w, g, &g.req)
	return g
}

// enter takes the lock, unless the guard is sealed.
func (g *guard) enter() error {
	g.lock.take()
	if g.sealed.Load() {
		g.leave()
		return http.ErrHandlerTimeout
	}
	return nil
}

func (g *guard) leave() { g.lock.give() }

// Sealed is asked by the Writer around the guard, which holds back the beginning of
// what the handler writes. What slips through is refused when it gets here.
func (g *guard) Sealed() error {
	if g.sealed.Load() {
		return http.ErrHandlerTimeout
	}
	return nil
}

// patience is how long a write may take when the time is up. What takes longer is
// stuck in a client that does not read, and ends by a deadline.
const patience = time.Second

// seal ends the handler's access, and restores the header. It reports false,
// and does nothing, for a response that may last, and for one that is ready.
func (g *guard) seal() bool {
	var interrupted atomic.Bool
	stuck := time.AfterFunc(patience, func() {
		if !g.lasting.Load() {
			interrupted.Store(true)
			interrupt(g.under)
		}
	})
	g.lock.take()
	stuck.Stop()
	defer g.leave()
	if g.returned.Load() && !(interrupted.Load() && g.under.Committed()) {
		return false
	}
	if g.lasting.Load() && g.under.Committed() {
		g.ctx.lift()
		return false
	}
	g.sealed.Store(true)
	if g.entry != nil && !g.under.Committed() {
		g.restoreHeader(g.entry)
	}
	return true
}

// interrupt makes a write in another goroutine fail. Writers on the way down are
// that goroutine's; the connection's deadlines may be set by any.
func interrupt(w http.ResponseWriter) {
	_ = http.NewResponseController(innermost(w)).SetWriteDeadline(time.Unix(1, 0))
}

// innermost is the server's own writer.
func innermost(w http.ResponseWriter) http.ResponseWriter {
	for {
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return w
		}
		w = u.Unwrap()
	}
}

func (g *guard) Header() http.Header { return g.h }

// WriteHeader is called by the Writer around the guard only: once for the
// final status.
func (g *guard) WriteHeader(status int) {
	if g.enter() != nil {
		return
	}
	defer g.leave()
	if g.returned.Load() {
		g.decided = true
		g.handOver()
		g.under.WriteHeader(status)
		return
	}
	entry := g.putHeader()
	g.under.WriteHeader(status)
	if status < 200 && status != http.StatusSwitchingProtocols {
		g.restoreHeader(entry)
		return
	}
	g.entry, g.decided = entry, true
	g.lasting.Store(g.spare && isEventStream(g.h))
}

func isEventStream(h http.Header) bool {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(kind), "text/event-stream")
}

func (g *guard) Write(p []byte) (int, error) {
	if err := g.enter(); err != nil {
		return 0, err
	}
	defer g.leave()
	return g.under.Write(p)
}

func (g *guard) WriteString(s string) (int, error) {
	if err := g.enter(); err != nil {
		return 0, err
	}
	defer g.leave()
	return g.under.WriteString(s)
}

// ReadFrom passes on only what can be read without waiting, which is what
// sendfile is for. Everything else is read without the lock.
func (g *guard) ReadFrom(src io.Reader) (int64, error) {
	if !isRegularFile(src) {
		return io.Copy(struct{ io.Writer }{g}, src)
	}
	if err := g.enter(); err != nil {
		return 0, err
	}
	defer g.leave()
	return g.under.ReadFrom(src)
}

func isRegularFile(src io.Reader) bool {
	if limited, ok := src.(*io.LimitedReader); ok {
		src = limited.R
	}
	f, ok := src.(interface { // *os.File, and what io.Copy makes of it to hide its WriteTo
		syscall.Conn
		Stat() (os.FileInfo, error)
	})
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

func (g *guard) Flush() { _ = g.FlushError() }

func (g *guard) FlushError() error {
	if err := g.enter(); err != nil {
		return err
	}
	defer g.leave()
	return g.under.FlushError()
}

func (g *guard) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if err := g.enter(); err != nil {
		return nil, nil, err
	}
	defer g.leave()
	if g.decided { // WriteHeader(101) came first
		g.lasting.Store(true)
		return g.under.Hijack()
	}
	before := g.putHeader()
	conn, rw, err := g.under.Hijack()
	if err != nil {
		g.restoreHeader(before)
		return nil, nil, err
	}
	g.decided = true
	g.lasting.Store(true)
	return conn, rw, nil
}

func (g *guard) SetReadDeadline(t time.Time) error {
	if err := g.enter(); err != nil {
		return err
	}
	defer g.leave()
	return g.under.SetReadDeadline(t)
}

func (g *guard) SetWriteDeadline(t time.Time) error {
	if err := g.enter(); err != nil {
		return err
	}
	defer g.leave()
	return g.under.SetWriteDeadline(t)
}

func (g *guard) EnableFullDuplex() error {
	if err := g.enter(); err != nil {
		return err
	}
	defer g.leave()
	return g.under.EnableFullDuplex()
}
