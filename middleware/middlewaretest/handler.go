package middlewaretest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
)

// call notes what a call of the handler's came to.
func (x *exchange) call(name string, err error) { x.note(name, errName(err)) }

// errName names an error by what a handler would compare it with.
func errName(err error) string {
	if err == nil {
		return "ok"
	}
	for _, known := range []error{
		http.ErrNotSupported, http.ErrBodyNotAllowed, http.ErrContentLength, http.ErrHijacked, http.ErrAbortHandler,
		context.Canceled, os.ErrDeadlineExceeded, io.EOF, io.ErrUnexpectedEOF,
	} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return "an error"
}

// flush flushes, and reports whether that can be hoped for here.
func (x *exchange) flush(w http.ResponseWriter) bool {
	err := http.NewResponseController(w).Flush()
	x.call("Flush", err)
	return err == nil
}

// write writes, and notes what Write said.
func (x *exchange) write(w http.ResponseWriter, body string) {
	n, err := io.WriteString(w, body)
	x.note("Write", strconv.Itoa(n)+" "+errName(err))
}

// contents notes all that can be read from the request's body.
func (x *exchange) contents(r *http.Request) {
	if r.Body == nil {
		x.note("request body", "nil, which it never is (http.Request)")
		return
	}
	body, err := io.ReadAll(r.Body)
	x.note("request body", brief(body)+" "+errName(err))
}

func itoa(n int) string { return strconv.Itoa(n) }
