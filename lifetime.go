package gangplank

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
)

// requestContext is the context.Context of an attached request: what
// r.Context() returns. Over net/http it passes everything on to the request's
// own context and only answers for the Context; in a request that an adapter
// built it has a cancellation of its own.
type requestContext struct {
	parent context.Context
	owner  *Context
	own    *cancellation // nil: the parent's is ours
}

func (x *requestContext) Deadline() (time.Time, bool) { return x.parent.Deadline() }

func (x *requestContext) Done() <-chan struct{} {
	if x.own == nil {
		return x.parent.Done()
	}
	x.ask()
	return x.own.channel()
}

func (x *requestContext) Err() error {
	if x.own == nil {
		return x.parent.Err()
	}
	x.ask()
	return x.own.error()
}

// AfterFunc is what package context looks for in a foreign Context, so that a
// child with its own cancellation costs no goroutine that waits for ours.
func (x *requestContext) AfterFunc(f func()) (stop func() bool) {
	if x.own == nil {
		return context.AfterFunc(x.parent, f)
	}
	x.ask()
	return x.own.afterFunc(f)
}

// ask tells the adapter, if it wants to know, that somebody asks.
func (x *requestContext) ask() {
	if adapter, ok := x.parent.(interface{ CancelAsked() }); ok {
		adapter.CancelAsked()
	}
}

// Value answers chi's key while a Router has claimed it, and otherwise leaves it
// to the parent: a chi.Mux of somebody else's then behaves as it does without us.
func (x *requestContext) Value(key any) any {
	switch key {
	case chi.RouteCtxKey:
		if rctx := x.owner.routeContext(); rctx != nil {
			return rctx
		}
	case contextKey{}:
		return x.owner
	}
	return x.parent.Value(key)
}

// cancellation is that of one request: what context.WithCancel would give for
// two allocations. The channel is made when somebody waits.
type cancellation struct {
	mu       sync.Mutex
	canceled bool
	done     chan struct{}
	cause    error
	after    map[*func()]struct{}
}

var closedChan = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

func (x *cancellation) channel() <-chan struct{} {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.done == nil {
		x.done = make(chan struct{})
	}
	return x.done
}

func (x *cancellation) error() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case !x.canceled:
		return nil
	case errors.Is(x.cause, context.DeadlineExceeded): // that of a server's BaseContext has passed
		return context.DeadlineExceeded
	}
	return context.Canceled
}

func (x *cancellation) afterFunc(f func()) (stop func() bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.canceled {
		go f()
		return func() bool { return false }
	}
	if x.after == nil {
		x.after = make(map[*func()]struct{})
	}
	x.after[&f] = struct{}{}
	return func() bool {
		x.mu.Lock()
		defer x.mu.Unlock()
		_, waiting := x.after[&f]
		delete(x.after, &f)
		return waiting
	}
}

func (x *cancellation) cancel(cause error) {
	x.mu.Lock()
	if x.canceled {
		x.mu.Unlock()
		return
	}
	x.canceled, x.cause = true, cause
	if x.done == nil {
		x.done = closedChan
	} else {
		close(x.done)
	}
	after := x.after
	x.after = nil
	x.mu.Unlock()
	for f := range after {
		go (*f)()
	}
}

// Cause returns why an adapter cancelled the request's context: the client went
// away, the server stops. It is nil while nobody did, and on net/http, which
// does not say.
func (c *Context) Cause() error {
	own := c.life.own
	if own == nil {
		return nil
	}
	own.mu.Lock()
	defer own.mu.Unlock()
	return own.cause
}
