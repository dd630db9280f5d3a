package cgi

import (
	"errors"
	"os"
	"os/signal"
	"time"
)

// Causes of a cancelled request, see gangplank.Context.Cause.
var (
	// ErrTerminated says that the web server, or somebody else, sent SIGTERM or SIGINT: mostly the client is gone.
	ErrTerminated = errors.New("cgi: terminated by a signal")
	// ErrTimeout says that [Server.Timeout] is over.
	ErrTimeout = errors.New("cgi: request timed out")
)

// life watches over the handler's time.
type life struct {
	over    chan struct{} // closed when the handler is given up
	ended   chan struct{}
	signals chan os.Signal
}

func (x *exchange) begin() *life {
	l := &life{over: make(chan struct{}), ended: make(chan struct{}), signals: make(chan os.Signal, 1)}
	signal.Notify(l.signals, watched...)
	go x.watch(l)
	return l
}

func (l *life) end() {
	signal.Stop(l.signals)
	close(l.ended)
}

// watch cancels the request when its time is over, and gives the handler up when it does not heed that. A second SIGTERM means nothing more than the first:
// Apache's mod_fcgid, which can start the same program, sends two.
func (x *exchange) watch(l *life) {
	timeout, grace := timer(x.timeout), timer(0)
	for {
		select {
		case <-l.ended:
			return
		case s := <-l.signals:
			if !terminates(s) {
				continue // SIGPIPE: the write that caused it fails, and that is enough
			}
			x.stop(ErrTerminated)
		case <-timeout:
			x.stop(ErrTimeout)
		case <-grace:
			close(l.over)
			return
		}
		if grace == nil {
			grace = timer(x.grace)
		}
	}
}

// timer returns a channel that fires after d, or never if d is 0.
func timer(d time.Duration) <-chan time.Time {
	if d == 0 {
		return nil
	}
	return time.After(d)
}

// stop cancels the request and wakes a handler that waits for its body.
func (x *exchange) stop(cause error) {
	x.Cancel(cause)
	_ = input{x.stdin}.SetReadDeadline(time.Unix(1, 0)) // the past; where it cannot be done the handler has the grace time
}
