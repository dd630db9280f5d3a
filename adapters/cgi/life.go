package cgi

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"time"
)

// Causes of a cancelled request, see gangplank.Context.Cause.
var (
	// ErrTerminated says that the web server, or somebody else, sent SIGTERM or
	// SIGINT: mostly the client is gone.
	ErrTerminated = errors.New("cgi: terminated by a signal")
	// ErrTimeout says that [Server.Timeout] is over.
	ErrTimeout = errors.New("cgi: request timed out")
)

// life is the watch over a handler's time and over signals.
//
// To take signals costs a thread, and a timer the runtime's poller: together
// a tenth of the whole price of a small request. So the watch begins when it can
// matter: at once with a body, a time limit or a method that may change
// something; else when somebody asks the request's context, or when a part of
// the answer goes out. Until then SIGTERM ends the process, as it does before
// main: nothing has been begun that would have to be finished.
type life struct {
	mu       sync.Mutex
	state    lifeState
	deadline time.Time // of the request; zero is none
	signals  chan os.Signal
	ended    chan struct{}
}

type lifeState uint8

const (
	unwatched lifeState = iota
	watched
	over
)

// begin starts the request's time.
func (x *exchange) begin(r *http.Request) {
	if x.timeout > 0 {
		x.life.deadline = time.Now().Add(x.timeout)
	}
	if x.timeout > 0 || r.Body != http.NoBody || !safe(r.Method) {
		x.beginWatch()
	}
}

// lifeContext is the parent of the request's context: it begins the watch when
// that is asked for its cancellation.
type lifeContext struct {
	context.Context
	x *exchange
}

// CancelAsked is what gangplank.Exchange calls.
func (c lifeContext) CancelAsked() { c.x.beginWatch() }

// safe reports whether a request with that method asks for no change (RFC 9110
// section 9.2.1).
func safe(method string) bool {
	return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE"
}

// beginWatch begins the watch, unless it runs or comes too late.
func (x *exchange) beginWatch() {
	l := &x.life
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state != unwatched {
		return
	}
	l.state = watched
	x.openStdio()
	l.signals, l.ended = make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(l.signals, terminating...)
	go x.watch()
}

// end ends the watch.
func (l *life) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state == watched {
		signal.Stop(l.signals)
		close(l.ended)
	}
	l.state = over
}

// watch cancels the request when its time is over. A handler that does not heed
// that costs the process after the grace time: it cannot be stopped in another
// way, and the web server would come with SIGKILL.
func (x *exchange) watch() {
	timeout, grace := timer(time.Until(x.life.deadline), !x.life.deadline.IsZero()), timer(0, false)
	for {
		select {
		case <-x.life.ended:
			return
		case <-x.life.signals:
			x.stop(ErrTerminated)
		case <-timeout:
			x.stop(ErrTimeout)
		case <-grace:
			x.log.Error("cgi: the handler did not end in time", "cause", x.Cause(), "grace", x.grace)
			os.Exit(1)
		}
		if grace == nil { // a second SIGTERM means nothing more than the first: Apache sends two
			grace = timer(x.grace, x.grace > 0)
		}
	}
}

// timer returns a channel that fires after d, or never.
func timer(d time.Duration, fires bool) <-chan time.Time {
	if !fires {
		return nil
	}
	return time.After(d)
}

// stop cancels the request and wakes a handler that waits for its body.
func (x *exchange) stop(cause error) {
	x.Cancel(cause)
	_ = input{x.stdin}.SetReadDeadline(time.Unix(1, 0)) // the past; where it cannot be done the handler has the grace time
}
