package cgi

import (
	"errors"
	"os"
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

// watch waits for the handler's end, which done tells, and cancels the request
// when its time is over. It reports false if the handler does not heed that and
// is given up.
//
// It runs in Serve's goroutine and the handler in one of its own, since a
// handler that does not end must not keep the process.
func (x *exchange) watch(done <-chan error, signals <-chan os.Signal) (err error, ended bool) {
	timeout, grace := timer(x.timeout), timer(0)
	for {
		select {
		case err := <-done:
			return err, true
		case <-signals:
			x.stop(ErrTerminated)
		case <-timeout:
			x.stop(ErrTimeout)
		case <-grace:
			return nil, false
		}
		if grace == nil { // a second SIGTERM means nothing more than the first: Apache sends two
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
