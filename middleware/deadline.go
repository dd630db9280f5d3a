package middleware

import (
	"context"
	"net/http"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Deadline gives the handler d to answer, like [Timeout], and trusts it to watch
// its context, as whatever is given r.Context() does: a database, another server,
// [context.AfterFunc]. See [DeadlineWith].
func Deadline(d time.Duration) gangplank.Middleware { return DeadlineWith(TimeoutConfig{After: d}) }

// DeadlineWith is [Deadline] with settings.
//
// When the time is up the handler's context is done with
// [context.DeadlineExceeded], and [context.Cause] of it wraps
// http.ErrHandlerTimeout. A response of which nothing was sent by then is
// replaced: once the handler has returned, or has written more than is held back,
// the client gets the page with the configured status, whatever the handler made
// of its context's end. One that was being sent is broken off when the handler
// returns, unless its Content-Length says where it ends.
//
// The handler stays on the goroutine of the outer layers, which is what chi and
// echo call a timeout, and costs a tenth of a [Timeout]: nothing is handed over,
// nothing copied, no timer is set before somebody asks the context. The price is
// that a handler that ignores its context keeps the client waiting.
//
// It stands where Timeout does, and within one if both are there: a Deadline of 10 s
// for handlers that behave, in a Timeout of 30 s for what hangs.
func DeadlineWith(cfg TimeoutConfig) gangplank.Middleware {
	settings.Check("middleware.DeadlineWith", cfg.Validate())
	cfg = cfg.withDefaults()
	failure := cfg.failure()
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			l := &limited{failure: failure, spare: !cfg.EventStreams}
			l.ctx.outer, l.ctx.at, l.ctx.reason = r.Context(), time.Now().Add(cfg.After), failure.Cause
			l.req = *r.WithContext(&l.ctx)
			defer l.end()
			w.BeforeHeadCall(l)
			next.ServeHTTP(w, &l.req)
			r.MultipartForm = l.req.MultipartForm // its files go with r
			if l.ctx.passed() && !l.settled && !saysItsEnd(w) {
				l.fail(w, r)
			}
		})
	}
}

// limited is a request with a time limit whose handler runs on our goroutine.
type limited struct {
	ctx     deadline     // the handler's
	req     http.Request // the handler's
	failure *gangplank.HTTPError
	spare   bool // event streams

	ended   bool // the handler has
	settled bool // the page has replaced its response, or that may last
}

func (l *limited) end() {
	l.ended = true
	l.ctx.end(nil)
}

// BeforeHead implements gangplank.HeadHook.
func (l *limited) BeforeHead(w *gangplank.Writer, r *http.Request, status int, h http.Header) {
	switch {
	case l.ended, l.settled:
	case status == http.StatusSwitchingProtocols, l.spare && isEventStream(h):
		l.settled = true
		l.ctx.lift()
	case l.ctx.passed():
		l.fail(w, r)
	}
}

// fail puts the page in place of the response. It tells what the handler said, if
// that is more than that its context was done.
func (l *limited) fail(w *gangplank.Writer, r *http.Request) {
	l.settled = true
	failure := l.failure
	if said := gangplank.From(r).Failure(); said != nil && said != context.DeadlineExceeded && said != failure.Cause {
		late := *failure.Cause.(*timeoutError)
		late.said = said
		failure = failure.Because(&late)
	}
	gangplank.Fail(w, r, failure)
}
