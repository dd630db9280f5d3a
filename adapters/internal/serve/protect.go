package serve

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// PanicError is a handler's panic as an error.
type PanicError struct{ Value any }

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Protect calls the handler and turns a panic into an error, so that it costs
// one request and not the process: http.ErrAbortHandler, by which a handler
// breaks its response off on purpose, is returned as it is; any other panic is
// logged with its stack and returned as a *PanicError. In both cases the
// response is the caller's to break off, or to replace if nothing was sent.
func Protect(h http.Handler, w http.ResponseWriter, r *http.Request, log *slog.Logger) (err error) {
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
	h.ServeHTTP(w, r)
	returned = true
	return nil
}
