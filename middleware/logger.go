package middleware

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mask"
	"github.com/gangplank-web/gangplank/middleware/internal/reported"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Logger writes one record for each request to l, or to slog.Default() if l is
// nil, which then is also the logger that handlers get from
// [gangplank.Context.Logger]:
//
//	level=INFO msg=request method=GET path=/pages/x status=200 bytes=4711 duration=1.2ms client=192.0.2.9 request_id=068t...
//
// It is written when the response has ended: the status and the number of bytes
// are those that were sent, after all that layers further inside or outside made of
// them, and the duration is that of a whole event stream. A response that broke off
// says so ("aborted"): its handler panicked, wrote less than it had declared, or could
// not write since the client was gone.
//
// # Failures
//
// Each failure is told by one line, of level Error if it is the server's fault.
// Where an error page (package errorpage) has answered, that line is the page's,
// written at once, with the stack; this one then has level Info, and an
// "error_id" that is also in that line, in the page and in the record. A failure
// without an error page is told here, under "error", with secrets masked as far
// as their shape gives them away, and so is a panic that no layer further inside
// has answered, which then goes on. [gangplank.RenderText] leaves the logging to
// this line. A 503 on purpose, as for maintenance, has level Warn.
//
// Nobody outside can forge a line: what comes from the client is free of control
// and other unprintable characters and bounded in length before it reaches the
// slog.Handler. The query is not logged, since it may hold secrets; see
// [LoggerConfig].
//
// It stands near the outside: inside [RequestID] and [ClientIP], whose facts it
// logs, and outside of everything that may fail or answer, error pages included.
// Two of them write two lines.
func Logger(l *slog.Logger) gangplank.Middleware { return LoggerWith(LoggerConfig{Logger: l}) }

// LoggerWith is [Logger] with settings.
func LoggerWith(cfg LoggerConfig) gangplank.Middleware {
	settings.Check("middleware.LoggerWith", cfg.Validate())
	l := newAccessLog(cfg.withDefaults())
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			if cfg.Logger != nil {
				c.SetLogger(cfg.Logger)
			}
			c.SetFailureLogged()
			start, returned := time.Now(), false
			defer func() {
				if !returned {
					e := exchange{log: l, w: w, r: r, c: c, start: start}
					e.broken(recover())
				}
			}()
			next.ServeHTTP(w, r)
			returned = true
			w.AtEnd(func() { // the only allocation, but for a record's sixth attribute
				e := exchange{log: l, w: w, r: r, c: c, start: start}
				e.ended()
			})
		})
	}
}

// accessLog is a LoggerConfig prepared.
type accessLog struct {
	LoggerConfig
	lines   *lineWriter // for the forms that are lines
	samples map[string]*sample
	source  uintptr // of all records: to look for it each time costs more than the line's JSON
}

func newAccessLog(cfg LoggerConfig) *accessLog {
	l := &accessLog{LoggerConfig: cfg, samples: newSamples(cfg.Sample)}
	var pcs [1]uintptr
	runtime.Callers(1, pcs[:])
	l.source = pcs[0]
	switch {
	case cfg.Form == LogJSON && cfg.Attrs != nil: // whose values may be of any type
		l.Logger = slog.New(slog.NewJSONHandler(cfg.Output, nil))
	case cfg.Form != LogStructured:
		l.lines = &lineWriter{out: cfg.Output, form: cfg.Form}
	}
	return l
}

// exchange is one request and its response in the access log.
type exchange struct {
	log   *accessLog
	w     *gangplank.Writer
	r     *http.Request
	c     *gangplank.Context
	start time.Time

	took    time.Duration
	end     time.Time
	status  int
	aborted bool
	failure error  // unless an error page has logged it
	told    bool   // it has
	errorID string // of the one it has logged
}

// ended logs a response that has ended.
func (e *exchange) ended() {
	e.status, e.aborted = e.w.Status(), e.w.Broken()
	e.lookBack()
	e.write()
}

// broken logs a response whose handler panicked with v, or, if that is nil, ended
// with runtime.Goexit, and lets the panic go on. The new one's stack contains the
// old one's.
func (e *exchange) broken(v any) {
	e.aborted, e.status = true, e.w.Status()
	e.lookBack()
	if v != nil && v != http.ErrAbortHandler {
		e.failure, e.told = panicError(v), false
		if !e.w.Committed() { // what adapters and errorpage make of it
			e.status, e.aborted = http.StatusInternalServerError, false
		}
	}
	e.write()
	if v != nil {
		panic(v)
	}
}

// lookBack finds out whether the request failed, and who has logged it.
func (e *exchange) lookBack() {
	if e.failure = e.c.Failure(); e.failure == nil {
		return
	}
	if e.errorID, e.told = reported.ID(e.r, e.failure); e.told {
		e.failure = nil
	}
}

func panicError(v any) error {
	if err, ok := v.(error); ok {
		return fmt.Errorf("panic: %w", gangplank.Finite(err))
	}
	return fmt.Errorf("panic: %v", v)
}

func (e *exchange) write() {
	if s := e.log.samples[e.r.URL.Path]; s != nil && e.status < 400 && !e.aborted && s.drops() {
		return
	}
	e.took = time.Since(e.start)
	e.end = e.start.Add(e.took)
	if e.log.lines != nil {
		e.log.lines.write(e)
	}
	if e.log.lines == nil || e.log.Form != LogJSON && e.hasCause() {
		e.record(e.logger().Handler())
	}
}

// logger is looked up late: slog.SetDefault may be called at any time.
func (e *exchange) logger() *slog.Logger {
	if e.log.Logger != nil {
		return e.log.Logger
	}
	return slog.Default()
}

// failed reports whether this line has to make somebody look at it: the server's
// fault, that no other line tells, and not a client that went away.
func (e *exchange) failed() bool {
	if e.told || errors.Is(e.failure, context.Canceled) && e.r.Context().Err() != nil {
		return false
	}
	return gangplank.NeedsAttention(e.status, e.failure) || e.failure != nil && e.status < 400
}

// hasCause reports whether there is more to say than a common line can: also why
// a 503 was meant so.
func (e *exchange) hasCause() bool { return e.failed() || e.failure != nil && e.status >= 500 }

func (e *exchange) level() slog.Level {
	switch {
	case e.failure == nil && e.status < 500: // nearly all
		return slog.LevelInfo
	case e.failed():
		return slog.LevelError
	case e.status == http.StatusServiceUnavailable && !e.told: // maintenance, too much load, not ready
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// cause is the failure's text as far as a log may have it. What has no private cause
// was written for the client, and is worth no search for secrets: 404 and the like
// come as often as somebody likes.
func (e *exchange) cause() string {
	if said, ok := e.failure.(*gangplank.HTTPError); ok && said.Cause == nil {
		return said.Error()
	}
	return mask.Text(e.failure.Error())
}

// record writes the structured form. slog.Logger would only look for its caller.
func (e *exchange) record(h slog.Handler) {
	ctx, level := e.r.Context(), e.level()
	if !h.Enabled(ctx, level) {
		return
	}
	rec := slog.NewRecord(e.end, level, recordMessage, e.log.source)
	rec.AddAttrs(e.appendAttrs(make([]slog.Attr, 0, maxAttrs))...)
	if e.log.Attrs != nil {
		rec.AddAttrs(e.log.Attrs(e.r)...)
	}
	_ = h.Handle(ctx, rec) // an error has nowhere to go
}

const (
	recordMessage = "request"
	maxAttrs      = 10 // of appendAttrs, but for a second failure's
)

// appendAttrs appends what there is to say. Records have room for five
// attributes and allocate for more, so they are few.
func (e *exchange) appendAttrs(attrs []slog.Attr) []slog.Attr {
	attrs = append(attrs,
		slog.String("method", clean(e.r.Method)),
		slog.String("path", clean(e.target())),
		slog.Int("status", e.status),
		slog.Int64("bytes", e.w.Bytes()),
		slog.Duration("duration", e.took),
		slog.String("client", e.c.ClientText()))
	if id := e.c.RequestID(); id != "" {
		attrs = append(attrs, slog.String("request_id", id))
	}
	if user := e.c.User().Name; user != "" {
		attrs = append(attrs, slog.String("user", clean(user)))
	}
	if e.aborted {
		attrs = append(attrs, slog.Bool("aborted", true))
	}
	if e.errorID != "" {
		attrs = append(attrs, slog.String("error_id", e.errorID))
	}
	if e.failure != nil {
		attrs = append(attrs, slog.String("error", clean(e.cause())))
	}
	return attrs
}
