package serve

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// WatchAfter is how long a handler runs, at least, before its connection is
// watched. Nearly all handlers are quicker, and nobody can tell whether an abort
// was noticed some milliseconds earlier; but a second goroutine and its wake-ups
// would cost them a third of their time.
const WatchAfter = 10 * time.Millisecond

// ErrOver is returned to whoever asks something of a request that is over.
var ErrOver = errors.New("serve: request is over")

// longAgo as a deadline interrupts a read.
var longAgo = time.Unix(1, 0)

// Watched is a request whose handler is running.
type Watched interface {
	// Watch reads the connection, in a goroutine of its own, until that breaks or
	// a deadline interrupts it, which is no error.
	Watch()
	// Due is called once, when the handler has been running for WatchAfter: a
	// small body may then be read ahead, for the sake of what comes behind it.
	Due()
}

// Watch reads a connection while a handler runs, so that an abort, the end of
// the connection, or what must not come on it is noticed before the handler is
// done. It reads while nobody else does: whoever reads the body sees these
// things.
//
// While requests follow each other, the server's watches look from time to time
// whether the request is still the one that they saw last time.
type Watch struct {
	deadlines *Deadlines
	all       *watches

	mu      sync.Mutex
	stopped sync.Cond
	listed  bool    // in all
	request Watched // the one that is being handled
	free    bool    // nobody else reads the connection
	count   uint    // of requests
	seen    uint    // the count at the last tick
	due     bool    // the request has been running for long enough
	reading bool    // the goroutine is there

	panicked error // what it panicked with
}

// init prepares w for the connection of d.
func (w *Watch) init(d *Deadlines, all *watches) {
	w.deadlines, w.all = d, all
	w.stopped.L = &w.mu
}

// Begin is called before the handler. free says that nobody else will read the
// connection.
func (w *Watch) Begin(request Watched, free bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.request, w.free, w.due = request, free, false
	w.count++
	if !w.listed {
		w.listed = true
		w.all.add(w)
	}
}

// tick is called every WatchAfter, and reports whether it is to be called again.
func (w *Watch) tick() (again bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.request == nil:
	case w.count != w.seen:
		w.seen = w.count
		return true
	default:
		w.due = true
		w.start()
		go w.request.Due()
	}
	w.listed = false
	return false
}

// Free says that nobody else reads the connection from now on.
func (w *Watch) Free() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.free = true
	w.start()
}

// start starts the goroutine if it is time. The caller holds mu.
func (w *Watch) start() {
	if w.request == nil || !w.due || w.reading || !w.free {
		return
	}
	w.reading = true
	w.deadlines.Enter(WatchPhase)
	go w.run(w.request)
}

func (w *Watch) run(request Watched) {
	defer w.ended()
	request.Watch()
}

// ended ends the goroutine, in which a panic would end the process. [Watch.End] panics
// in its place: that costs the connection.
func (w *Watch) ended() {
	v := recover()
	w.mu.Lock()
	defer w.mu.Unlock()
	if v != nil {
		w.panicked = fmt.Errorf("serve: panic watching a connection: %v\n%s", v, debug.Stack())
	}
	w.reading = false
	w.stopped.Broadcast()
}

// Do calls f if the request is still being handled, and returns ErrOver
// otherwise. It is for what is the connection's, and so the next request's as well.
func (w *Watch) Do(request Watched, f func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.request != request {
		return ErrOver
	}
	return f()
}

// End is called after the handler. Nobody watches any more when it returns.
func (w *Watch) End() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.request = nil
	for w.reading {
		w.deadlines.Force(longAgo)
		w.stopped.Wait()
	}
	if err := w.panicked; err != nil {
		w.panicked = nil
		panic(err)
	}
}
