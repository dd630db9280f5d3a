package errorpage

import (
	"context"
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// Go runs f on a goroutine of its own, in which a panic does not end the process
// but is logged and recorded as the request's, with an id. ctx is the request's;
// f gets it and should mind that it ends with the request (context.WithoutCancel).
//
// The returned function waits until f has ended, and returns what f returned or
// the panic as a *[PanicError]: a handler that returns that in its turn answers
// with its page. A handler that does not wait need not call it.
//
//	wait := errorpage.Go(r.Context(), func(ctx context.Context) error { ... })
//	...
//	if err := wait(); err != nil {
//		return err
//	}
func Go(ctx context.Context, f func(context.Context) error) (wait func() error) {
	done := make(chan struct{})
	var err error
	go func() {
		defer close(done)
		returned := false
		defer func() {
			if returned {
				return
			}
			v := recover()
			if v == nil { // runtime.Goexit, as by testing.T.FailNow
				err = &PanicError{Value: "the goroutine was ended by runtime.Goexit"}
				return
			}
			err = arrived(ctx, v, stack.Panicking())
		}()
		err = f(ctx)
		returned = true
	}()
	return func() error {
		<-done
		return err
	}
}

// arrived reports a goroutine's panic; the request may have ended long since.
func arrived(ctx context.Context, v any, pcs []uintptr) error {
	err := &PanicError{Value: v, pcs: pcs}
	if v == http.ErrAbortHandler {
		return http.ErrAbortHandler
	}
	r := carrier(ctx)
	t := traces.Get(r)
	if t == nil {
		gangplank.From(r).Logger().Error("panic in a goroutine", "error", err)
		return err
	}
	t.page.reportGoroutine(r, err)
	return err
}
