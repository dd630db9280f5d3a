package errorpage

import (
	"context"
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mask"
	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// Go runs f on a goroutine of its own, in which a panic does not end the process
// but is logged and recorded as the request's, with an id. ctx is the request's.
// The one that f gets ends with it: work that is to go on needs
// context.WithoutCancel.
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
	r := snapshot(ctx)
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
			err = arrived(r, v, stack.Panicking())
		}()
		err = f(r.Context())
		returned = true
	}()
	return func() error {
		<-done
		return err
	}
}

// snapshot returns a copy of ctx's request: that itself may be changed by its
// handler, or its server, while a goroutine's panic is described. The goroutines
// that this one starts in its turn find the copy in their ctx.
func snapshot(ctx context.Context) *http.Request {
	if r, ok := ctx.Value(snapshotKey{}).(*http.Request); ok {
		return r.WithContext(ctx)
	}
	r := carrier(ctx)
	if traces.Get(r) == nil {
		return r
	}
	r = gangplank.From(r).Request().Clone(ctx)
	return r.WithContext(context.WithValue(ctx, snapshotKey{}, r))
}

type snapshotKey struct{}

// arrived reports a goroutine's panic; the request may have ended long since.
func arrived(r *http.Request, v any, pcs []uintptr) error {
	err := &PanicError{Value: v, pcs: pcs}
	if v == http.ErrAbortHandler {
		return http.ErrAbortHandler
	}
	t := traces.Get(r)
	if t == nil {
		gangplank.From(r).Logger().Error("panic in a goroutine", "error", mask.Text(err.Error()))
		return err
	}
	t.page.reportGoroutine(r, err)
	return err
}
