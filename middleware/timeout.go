package middleware

import (
	"context"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mask"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Timeout gives the handler d to answer. When the time is up, its context is done
// with [context.DeadlineExceeded], and whatever it still writes returns
// [http.ErrHandlerTimeout]. The client gets a page with status 503 or, if a part
// of the response was sent, a response that is visibly broken off. See
// [TimeoutWith], and [Deadline] for handlers that watch their context.
func Timeout(d time.Duration) gangplank.Middleware { return TimeoutWith(TimeoutConfig{After: d}) }

// TimeoutConfig holds the settings of [TimeoutWith] and [DeadlineWith].
type TimeoutConfig struct {
	_ [0]func()

	// After is how long a handler may take. Required.
	After time.Duration

	// Status is that of the page: 503, the default, or 504.
	Status int

	// Public is what the page tells the client. Default: a sentence.
	Public string

	// EventStreams breaks off event streams (text/event-stream), too. By default
	// one that has begun is left alone: it is meant to last. So is, in any case,
	// a connection that the handler has hijacked.
	EventStreams bool
}

// Validate reports all that is wrong with the settings.
func (cfg TimeoutConfig) Validate() error {
	var f settings.Faults
	if cfg.After <= 0 {
		f.Add("After", "%v is no time to answer in", cfg.After)
	}
	if s := cfg.Status; s != 0 && s != http.StatusServiceUnavailable && s != http.StatusGatewayTimeout {
		f.Add("Status", "%d is neither 503 nor 504", s)
	}
	return f.Join()
}

func (cfg TimeoutConfig) withDefaults() TimeoutConfig {
	if cfg.Status == 0 {
		cfg.Status = http.StatusServiceUnavailable
	}
	if cfg.Public == "" {
		cfg.Public = "This is taking too long. Please try again later."
	}
	return cfg
}

// failure is what the page is about.
func (cfg TimeoutConfig) failure() *gangplank.HTTPError {
	return gangplank.Error(cfg.Status, cfg.Public).Because(&timeoutError{after: cfg.After})
}

// TimeoutWith is [Timeout] with settings.
//
// The handler runs on a goroutine of its own, since nothing in Go can stop one
// that ignores its context: it goes on, its writes come to nothing, and only the
// client need not wait. [context.Cause] of its context then wraps
// http.ErrHandlerTimeout. If the handler panics, the panic goes on in the
// goroutine of the outer layers, with its value; [gangplank.Context.Failure] is
// then an error with a method Callers() []uintptr, which returns its stack.
//
// The page is rendered by the nearest error page outside, which shows where the
// handler is stuck. A response that is out as a whole, by its Content-Length, is left
// alone: that of a handler that flushes its answer and works on.
//
// Timeout stands inside of [Logger] and error pages and outside of [InFlight], so
// that a handler that goes on still counts, and must not be stacked around itself.
// Where the client does not read its response, all of this may come a second later.
func TimeoutWith(cfg TimeoutConfig) gangplank.Middleware {
	settings.Check("middleware.TimeoutWith", cfg.Validate())
	cfg = cfg.withDefaults()
	failure := cfg.failure()
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			g := newGuard(w, r, time.Now().Add(cfg.After), next, !cfg.EventStreams)
			defer g.ctx.end(nil)
			renderer := c.ErrorRenderer()
			step := g.step
			go step()
			timer := time.AfterFunc(cfg.After, step)
			defer timer.Stop()
			if g.lock.wait() || !g.seal() {
				p := g.lock.outcome()
				r.MultipartForm = g.req.MultipartForm // its files go with r
				g.ended(c, p)
				return
			}
			g.ctx.end(failure.Cause)
			if saysItsEnd(w) && !w.Broken() {
				return // the client has it all
			}
			c.SetErrorRenderer(renderer) // one from further inside is the handler's
			gangplank.Fail(w, r, failure)
		})
	}
}

// saysItsEnd reports whether the head is out and has a Content-Length.
func saysItsEnd(w *gangplank.Writer) bool {
	return w.Committed() && w.Header()["Content-Length"] != nil
}

// timeoutError is the cause of the page and of the context's end.
type timeoutError struct {
	after time.Duration
	said  error // by the handler, when it was too late; may be nil
}

func (e *timeoutError) Error() string {
	s := "no answer after " + e.after.String()
	if e.said != nil {
		s += ": " + e.said.Error()
	}
	return s
}

func (e *timeoutError) Unwrap() error { return e.said }

func (e *timeoutError) Is(target error) bool {
	return target == http.ErrHandlerTimeout || target == context.DeadlineExceeded
}

func (e *timeoutError) Timeout() bool { return true }

// step is called twice, by the goroutine started for it and by the timer: as one
// function it is one allocation. The first runs the handler, and the second says
// that the time is up; with next to no time, those may be the other two.
func (g *guard) step() {
	if g.begun.CompareAndSwap(false, true) {
		growStack(false)
		g.serve()
	} else {
		g.lock.expire()
	}
}

// growStack makes a new goroutine's stack large enough for most handlers at once,
// by the size of its frame alone. To double it from 2 KiB up while the handler runs,
// with ever more frames to move, took a third of the time of ten middlewares.
//
//go:noinline
func growStack(use bool) (sum byte) {
	if use {
		var room [10 << 10]byte
		for i := range room {
			room[i] = sum
			sum += room[len(room)-1-i]
		}
	}
	return sum
}

// serve runs the handler on a goroutine of its own.
func (g *guard) serve() {
	ended := false
	defer func() {
		if form := g.req.MultipartForm; form != nil && g.sealed.Load() { // nobody else will
			_ = form.RemoveAll()
		}
		if ended {
			g.lock.finish(nil)
			return
		}
		p := newHandlerPanic(recover())
		if g.sealed.Load() && p.Value != http.ErrAbortHandler {
			gangplank.From(&g.req).Logger().Error("panic after the time-out", "error", mask.Text(p.Error()), "stack", string(debug.Stack()))
		}
		g.lock.finish(p)
	}()
	g.next.ServeHTTP(&g.w, &g.req)
	g.returned.Store(true)
	g.w.Finish(g)
	ended = true
}

// ended lets the outer layers see how the handler ended, as if it had run on
// their goroutine.
func (g *guard) ended(c *gangplank.Context, p *handlerPanic) {
	g.mergeHeader()
	if p == nil {
		return
	}
	if p.Value != http.ErrAbortHandler {
		c.SetFailure(p)
	}
	panic(p.Value)
}
