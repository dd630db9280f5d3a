package serve

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/gangplank-web/gangplank"
)

// PanicError is a handler's panic as an error.
type PanicError struct{ Value any }

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Protect calls the handler and turns a panic into an error, so that it costs
// one request and not the process: http.ErrAbortHandler, by which a handler
// breaks its response off on purpose, is returned as it is; any other panic is
// logged with its stack and returned as a *PanicError. In both cases the
// response is the caller's to break off, or to replace if nothing was sent.
func Protect(h http.Handler, w http.ResponseWriter, r *http.Request, log *slog.Logger) error {
	return protect(r, log, func() { h.ServeHTTP(w, r) })
}

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
//
// Finishing is protected as well: it runs the hooks of middleware.
func Handle(h http.Handler, w *gangplank.Writer, r *http.Request, under http.ResponseWriter, log *slog.Logger) error {
	err := protect(r, log, func() {
		h.ServeHTTP(w, r)
		w.Finish(under)
	})
	if err == nil || err == http.ErrAbortHandler || !w.Reset() {
		return err
	}
	again := protect(r, log, func() {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		w.Finish(under)
	})
	if again == nil && w.Committed() {
		return nil
	}
	return err
}
