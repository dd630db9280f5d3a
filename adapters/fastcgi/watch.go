package fastcgi

import (
	"errors"
	"os"
	"sync"
	"time"
)

// watchAfter is how long a handler runs, at least, before its connection is
// watched. Nearly all handlers are quicker, and nobody can tell whether an abort
// was noticed some milliseconds earlier; but a second goroutine and its wake-ups
// would cost them a third of their time. A timer that is much shorter would go
// off for every request of a connection that has a thousand in a second.
const watchAfter = 10 * time.Millisecond

// longAgo as a deadline interrupts a read.
var longAgo = time.Unix(1, 0)

// watch reads a connection while a handler runs, so that an abort, the end of
// the connection, or a second request on it is noticed before the handler is
// done. It begins when the body has been read to its end: before that, whoever
// reads the body sees these things.
//
// One timer per connection stays armed while requests follow each other, and
// looks each time whether the request is still the one that it saw last time.
type watch struct {
	mu      sync.Mutex
	stopped sync.Cond
	timer   *time.Timer
	armed   bool
	rq      *request // the one that is being handled
	count   uint     // of requests
	seen    uint     // the count when the timer fired last
	due     bool     // rq has been running for long enough
	reading bool     // the goroutine is there
}

// begin is called before the handler.
func (w *watch) begin(rq *request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rq, w.due = rq, false
	w.count++
	if w.armed {
		return
	}
	w.armed = true
	if w.timer == nil {
		w.stopped.L = &w.mu
		c := rq.conn
		w.timer = time.AfterFunc(watchAfter, func() { w.tick(c) })
	} else {
		w.timer.Reset(watchAfter)
	}
}

func (w *watch) tick(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	rq := w.rq
	switch {
	case rq == nil:
		w.armed = false
	case w.count != w.seen:
		w.seen = w.count
		w.timer.Reset(watchAfter)
	default:
		w.armed = false
		w.due = true
		w.start(c)
		if rq.input.small() {
			go rq.input.readAhead()
		}
	}
}

// inputEnded is called when nothing more can come that is rq's.
func (w *watch) inputEnded(rq *request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	rq.inputEnded.Store(true)
	w.start(rq.conn)
}

// start starts the goroutine if it is time. The caller holds mu.
func (w *watch) start(c *conn) {
	if w.rq == nil || !w.due || w.reading || !w.rq.inputEnded.Load() {
		return
	}
	w.reading = true
	c.enter(watchPhase)
	go w.run(c, w.rq)
}

func (w *watch) run(c *conn, rq *request) {
	for {
		rec, err := c.in.next()
		if err == nil {
			err = rq.receive(rec)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			break // by end, or by a deadline of the handler's: nothing is lost
		}
		if err != nil && err != ErrAborted {
			rq.lose(err)
			break
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reading = false
	w.stopped.Broadcast()
}

// end is called after the handler. Nobody watches any more when it returns.
func (w *watch) end(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rq = nil
	for w.reading {
		c.force(longAgo)
		w.stopped.Wait()
	}
}
