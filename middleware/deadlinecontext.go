package middleware

import (
	"context"
	"sync"
	"time"
)

// deadline is a context whose deadline can be lifted, which package context does
// not have. When it passes, Err is context.DeadlineExceeded and context.Cause
// says more, for it and for contexts that were made of it: those find the cause
// by Value in a cancelable context inside, and what Err says by AfterFunc, since
// Done is not that context's own channel.
//
// Most handlers never ask whether it is done, and what answers that is made only
// when somebody does; so is the timer of one that has a reason, and ends itself.
type deadline struct {
	outer  context.Context
	at     time.Time
	reason error // nil: somebody else calls end when the time is up

	mu     sync.Mutex
	lifted bool
	over   bool
	cause  error           // once over; nil: the handler has returned
	inner  context.Context // cancelable; nil until somebody asks
	cancel context.CancelCauseFunc
	done   chan struct{}
	timer  *time.Timer
}

// lift makes the context that of something that may last.
func (d *deadline) lift() {
	d.mu.Lock()
	d.lifted = true
	d.mu.Unlock()
}

// end ends the context. Only the first call counts.
func (d *deadline) end(cause error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.endWith(cause)
}

// endWith is end; d.mu is held.
func (d *deadline) endWith(cause error) {
	if d.over {
		return
	}
	d.over, d.cause = true, cause
	if d.timer != nil {
		d.timer.Stop()
	}
	if d.inner != nil {
		d.cancel(cause)
	} else if cause != nil {
		d.cancelable() // for context.Cause
	}
}

// passed reports whether the time was up before the handler had returned.
func (d *deadline) passed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.look()
	return d.over && d.cause != nil
}

// look ends a context that ends itself if it is time; d.mu is held.
func (d *deadline) look() {
	if d.reason != nil && !d.over && !d.lifted && !time.Now().Before(d.at) {
		d.endWith(d.reason)
	}
}

// cancelable returns the context inside; d.mu is held.
func (d *deadline) cancelable() context.Context {
	if d.inner != nil {
		return d.inner
	}
	d.inner, d.cancel = context.WithCancelCause(d.outer)
	switch {
	case d.over:
		d.cancel(d.cause)
	case d.reason != nil && !d.lifted:
		d.timer = time.AfterFunc(time.Until(d.at), func() { d.passed() })
	}
	return d.inner
}

func (d *deadline) Deadline() (time.Time, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if at, ok := d.outer.Deadline(); d.lifted || ok && at.Before(d.at) {
		return at, ok
	}
	return d.at, true
}

func (d *deadline) Done() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done == nil {
		done := make(chan struct{})
		context.AfterFunc(d.cancelable(), func() { close(done) })
		d.done = done
	}
	return d.done
}

func (d *deadline) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.look()
	switch {
	case d.inner == nil && d.over:
		return context.Canceled
	case d.inner == nil:
		return d.outer.Err()
	}
	if _, passed := context.Cause(d.inner).(*timeoutError); passed {
		return context.DeadlineExceeded
	}
	return d.inner.Err()
}

// Outer tells the Router, which looks for it, that other layers' keys are answered
// out there.
func (d *deadline) Outer() context.Context { return d.outer }

func (d *deadline) Value(key any) any {
	d.mu.Lock()
	inner := d.inner
	d.mu.Unlock()
	if inner == nil {
		return d.outer.Value(key)
	}
	return inner.Value(key)
}

// AfterFunc is what package context looks for in a foreign context.
func (d *deadline) AfterFunc(f func()) (stop func() bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return context.AfterFunc(d.cancelable(), f)
}
