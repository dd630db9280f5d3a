package middleware

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// deadline is a context whose deadline can be lifted, which package context does not have.
// When it passes, Err is context.DeadlineExceeded and context.Cause says more, for
// it and for contexts that were made of it: those find the cause by Value in the
// cancelable context inside, and what Err says by AfterFunc, because Done is
// not that context's own channel.
type deadline struct {
	context.Context // cancelable
	outer           context.Context
	at              time.Time
	lifted          atomic.Bool

	once sync.Once
	done chan struct{}
}

func withDeadline(outer context.Context, at time.Time) (*deadline, context.CancelCauseFunc) {
	inner, cancel := context.WithCancelCause(outer)
	return &deadline{Context: inner, outer: outer, at: at}, cancel
}

// lift makes the context that of something that may last.
func (d *deadline) lift() { d.lifted.Store(true) }

func (d *deadline) Deadline() (time.Time, bool) {
	if at, ok := d.outer.Deadline(); d.lifted.Load() || ok && at.Before(d.at) {
		return at, ok
	}
	return d.at, true
}

func (d *deadline) Done() <-chan struct{} {
	d.once.Do(func() {
		d.done = make(chan struct{})
		context.AfterFunc(d.Context, func() { close(d.done) })
	})
	return d.done
}

func (d *deadline) Err() error {
	if _, passed := context.Cause(d.Context).(*timeoutError); passed {
		return context.DeadlineExceeded
	}
	return d.Context.Err()
}

// AfterFunc is what package context looks for in a foreign context.
func (d *deadline) AfterFunc(f func()) (stop func() bool) { return context.AfterFunc(d.Context, f) }
