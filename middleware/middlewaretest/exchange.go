package middlewaretest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
)

// An exchange is one playing of one case: a server on a connection of its own,
// a client, and the notes of both.
type exchange struct {
	ctx    context.Context
	cfg    *config
	url    string
	client *http.Transport

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change of what follows
	notes   notes
	signals map[string]bool
	running int // calls of handlers and outermost layers
}

var errTooLong = errors.New("it took too long")

// play plays the case with mw in its place.
func (cfg *config) play(ctx context.Context, c Case, s Setting, mw layer) notes {
	ctx, cancel := context.WithTimeoutCause(ctx, cfg.timeout, errTooLong)
	defer cancel()
	x := &exchange{ctx: ctx, cfg: cfg, changed: make(chan struct{}), notes: notes{}, signals: map[string]bool{}}
	h := s.around(mw, x.innermost(c.handler))
	if c.outer != nil {
		h = c.outer(h, x)
	}
	srv := x.serve(x.outermost(h), s.http2)
	defer srv.close()
	defer context.AfterFunc(ctx, srv.close)() // so that nothing waits for the other end for ever
	if c.client != nil {
		c.client(x)
	} else {
		x.do(c.request)
	}
	if err := x.until(func() bool { return x.running == 0 }); err != nil {
		x.note("handler's end", err.Error())
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	result := x.notes
	x.notes = notes{} // for a handler that still runs
	return result
}

// innermost is the case's handler.
func (x *exchange) innermost(f handlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer x.enter()()
		f(w, r, x)
	})
}

// outermost is what stands between the server and everything else, and sees
// with what panic it all ends.
func (x *exchange) outermost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer x.enter()()
		defer func() {
			v := recover()
			x.note("panic", x.nameOfPanic(v))
			if v != nil {
				panic(v)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func (x *exchange) enter() (leave func()) {
	x.change(func() { x.running++ })
	return func() { x.change(func() { x.running-- }) }
}

// A panicValue is told from every other by its address.
type panicValue struct{ x *exchange }

func (*panicValue) Error() string { return "a panic of the table's" }

func (x *exchange) nameOfPanic(v any) string {
	switch v := v.(type) {
	case nil:
		return none
	case *panicValue:
		if v.x == x {
			return "the handler's"
		}
	}
	if v == http.ErrAbortHandler {
		return "http.ErrAbortHandler"
	}
	return fmt.Sprintf("%T: %v", v, v)
}

// note writes down one thing that was seen; a second under the same name is added.
func (x *exchange) note(name, value string) {
	x.change(func() {
		if old, ok := x.notes[name]; ok {
			value = old + "; " + value
		}
		x.notes[name] = value
	})
}

// signal tells the other end that something has happened.
func (x *exchange) signal(name string) { x.change(func() { x.signals[name] = true }) }

func (x *exchange) signalled(name string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.signals[name]
}

// wait waits for a signal of the other end's. If it never comes, that is noted.
func (x *exchange) wait(name string) {
	if err := x.until(func() bool { return x.signals[name] }); err != nil {
		x.note("waiting for "+name, err.Error())
	}
}

func (x *exchange) change(f func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	f()
	close(x.changed)
	x.changed = make(chan struct{})
}

func (x *exchange) until(done func() bool) error {
	for {
		x.mu.Lock()
		ok, changed := done(), x.changed
		x.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-x.ctx.Done():
			return context.Cause(x.ctx)
		}
	}
}
