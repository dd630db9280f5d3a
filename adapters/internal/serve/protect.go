package serve

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/respond"
)

// PanicError is a handler's panic as an error.
type PanicError struct{ Value any }

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// protect turns a panic of f into an error, so that it costs one request and not
// the process: http.ErrAbortHandler, by which a handler breaks its response off on
// purpose, is returned as it is; any other panic is logged with its stack and
// returned as a *PanicError. In both cases the response is the caller's to break
// off, or to replace if nothing was sent.
func protect(r *http.Request, log *slog.Logger, f func()) (err error) {
	returned := false
	defer func() {
		if returned {
			return // and do not recover: it has a price
		}
		switch v := recover(); v {
		case nil: // runtime.Goexit: the connection's goroutine ends here
		case http.ErrAbortHandler:
			err = http.ErrAbortHandler
		default:
			err = &PanicError{v}
			Logger(log).Error("panic serving a request", "panic", v, "method", r.Method,
				"path", r.URL.Path, "remote", r.RemoteAddr, "stack", string(debug.Stack()))
		}
	}()
	f()
	returned = true
	return nil
}

// Handle runs the handler of an attached request and finishes the response; w
// was put around under. When the handler panics before anything was sent, the
// response is a plain 500. An error means that the response is incomplete, and
// must end in a way in which the client cannot take it for a whole one.
func Handle(h http.Handler, w *gangplank.Writer, r *http.Request, under http.ResponseWriter, log *slog.Logger) error {
	err := Run(h, w, r, under, log)
	if err == nil || err == http.ErrAbortHandler || !Replace(w, r, under, log) {
		return err
	}
	return nil
}

// Run is the first part of Handle, for callers that want to know of the panic: it
// is logged, and returned as a *PanicError; http.ErrAbortHandler, by which a
// handler breaks its response off on purpose, is returned as it is. Finishing is
// protected as well: it runs the hooks of middleware.
func Run(h http.Handler, w *gangplank.Writer, r *http.Request, under http.ResponseWriter, log *slog.Logger) error {
	return protect(r, log, func() {
		h.ServeHTTP(w, r)
		w.Finish(under)
	})
}

// Replace makes the response of a handler that panicked a plain 500, and reports
// whether that was still possible.
func Replace(w *gangplank.Writer, r *http.Request, under http.ResponseWriter, log *slog.Logger) bool {
	if !w.Reset() {
		return false
	}
	err := protect(r, log, func() {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		w.Finish(under)
	})
	return err == nil && w.Committed()
}

// LogTrailers notes which fields of h, a response that has ended, are dropped because
// the protocol has no place behind the body: somebody may wait for them.
func LogTrailers(log *slog.Logger, protocol string, r *http.Request, h http.Header) {
	if !log.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	if names := respond.Trailers(h); len(names) > 0 {
		log.Debug(protocol+": trailers dropped", "count", len(names), "names", names, "method", r.Method, "path", r.URL.Path)
	}
}
