package gangplank

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

// HTTPError is an error with an answer: a status, a text for the client, and a
// cause for the log. The cause never reaches the client.
type HTTPError struct {
	Status int         // 400 to 599
	Public string      // one or two sentences for the client; empty means the status text
	Cause  error       // for logs and records; may be nil
	Header http.Header // to be set on the answer, such as Retry-After; may be nil
}

// Error makes an HTTPError. The text is shown to the client.
//
//	return gangplank.Error(http.StatusConflict, "Somebody else saved this page.").Because(err)
func Error(status int, public string) *HTTPError {
	return &HTTPError{Status: status, Public: public}
}

// Because returns a copy of e with a cause.
func (e *HTTPError) Because(cause error) *HTTPError {
	d := *e
	d.Cause = cause
	return &d
}

// With returns a copy of e with a header field for the answer.
func (e *HTTPError) With(name, value string) *HTTPError {
	d := *e
	d.Header = maps.Clone(e.Header)
	if d.Header == nil {
		d.Header = make(http.Header)
	}
	d.Header.Set(name, value)
	return &d
}

// Error describes e for the log, cause included.
func (e *HTTPError) Error() string {
	s := fmt.Sprintf("%d %s", e.Status, e.PublicText())
	if e.Cause != nil {
		s += ": " + ErrorText(e.Cause)
	}
	return s
}

// Unwrap returns the cause.
func (e *HTTPError) Unwrap() error { return e.Cause }

// HTTPStatus returns the status; see [StatusOf].
func (e *HTTPError) HTTPStatus() int { return e.Status }

// PublicText returns what the client may read.
func (e *HTTPError) PublicText() string {
	if e.Public != "" {
		return e.Public
	}
	return http.StatusText(e.Status)
}

// StatusClientClosedRequest is the status under which a request is logged whose
// client went away before the answer (nginx's convention). Nobody receives it.
const StatusClientClosedRequest = 499

// StatusOf returns the status that err is answered with: that of the first error
// in its tree with a method HTTPStatus() int; else 413 for
// *[http.MaxBytesError] and 504 for [context.DeadlineExceeded]; else 500.
func StatusOf(err error) int {
	err = Finite(err)
	var coder interface{ HTTPStatus() int }
	if errors.As(err, &coder) {
		if status := coder.HTTPStatus(); status >= 400 && status <= 599 {
			return status
		}
		return http.StatusInternalServerError
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusGatewayTimeout
	}
	return http.StatusInternalServerError
}

// NeedsAttention reports whether a response with this status, for err if that is
// not nil, is a failure that somebody should look into: any 5xx but a 503 that was
// meant so, for maintenance or too much load. Of a 503 an error in err's tree can
// say it by a method NeedsAttention() bool; without one, that of a time-out is a
// failure.
func NeedsAttention(status int, err error) bool {
	if status != http.StatusServiceUnavailable {
		return status >= 500
	}
	var known interface{ NeedsAttention() bool }
	if errors.As(err, &known) {
		return known.NeedsAttention()
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, http.ErrHandlerTimeout)
}

// PublicText returns what a client may read about err: the text of the first
// HTTPError in its tree, else the status text.
func PublicText(err error) string {
	var e *HTTPError
	if errors.As(Finite(err), &e) {
		return e.PublicText()
	}
	return http.StatusText(StatusOf(err))
}

// ErrorRenderer answers a request with an error's page. It is called in place of
// the failed handler, with that handler's own w, so that the page passes through
// every layer between; what the handler had written is taken back before.
type ErrorRenderer func(w http.ResponseWriter, r *http.Request, err error)

// Fail answers the request with the page of err. It is what a [Try] handler's
// error and the Router's 404 and 405 come to, and middleware that refuses a
// request calls it as well.
//
// err becomes the Context's Failure. What was written and is still held back is
// replaced, by the nearest [ErrorRenderer] or by a plain text. If the head is
// already out the answer cannot be replaced, and must not look complete: Fail
// logs err, as [RenderText] does, and panics with [http.ErrAbortHandler]. If err is [context.Canceled]
// because the client is gone, nobody would read a page: the status is set to
// [StatusClientClosedRequest], for the access log. An err that is
// [http.ErrAbortHandler] breaks the response off in silence, as a panic with it
// does. An err that comes when a time limit has ended the handler's access (see
// [AttachTo]) comes too late: the time-out is the Failure, and Fail only panics.
func Fail(w http.ResponseWriter, r *http.Request, err error) {
	if err = sound(err); errors.Is(err, http.ErrAbortHandler) {
		panic(http.ErrAbortHandler)
	}
	c := From(r)
	if !c.Detached() && !c.fail(w, err) {
		logFailure(r, c, slog.LevelInfo, "failed after its time", err)
		panic(http.ErrAbortHandler)
	}
	if gw, ok := nearest[*Writer](w); ok && !gw.Reset() {
		level := slog.LevelError
		if r.Context().Err() != nil { // by the client, which is gone
			level = slog.LevelInfo
		}
		logFailure(r, c, level, "response broken off", err)
		panic(http.ErrAbortHandler)
	}
	if c.Detached() {
		AttachedFunc(func(w *Writer, r *http.Request, _ *Context) { Fail(w, r, err) }).ServeHTTP(w, r)
		return
	}
	render := c.ErrorRenderer()
	switch {
	case r.Context().Err() != nil && errors.Is(err, context.Canceled):
		w.WriteHeader(StatusClientClosedRequest)
	case render != nil:
		render(w, r, err)
	default:
		RenderText(w, r, err)
	}
}

// fail is SetFailure, unless w is sealed. It asks with the lock held, so that what
// sets the failure once it has sealed w has the last word.
func (c *Context) fail(w http.ResponseWriter, err error) (inTime bool) {
	limit, limited := nearest[sealer](w)
	f := c.set()
	defer c.mu.Unlock()
	if limited && limit.Sealed() != nil {
		return false
	}
	f.failure = err
	return true
}

// nearest finds the nearest T among w and what it was put around.
func nearest[T any](w http.ResponseWriter) (found T, ok bool) {
	for w != nil {
		if found, ok = w.(T); ok {
			return found, true
		}
		u, wraps := w.(interface{ Unwrap() http.ResponseWriter })
		if !wraps {
			break
		}
		w = u.Unwrap()
	}
	return found, false
}

// logFailure logs err, unless an access log will. The query stays out of the line:
// it may hold secrets.
func logFailure(r *http.Request, c *Context, level slog.Level, message string, err error, more ...slog.Attr) {
	if !c.logsFailure() {
		return
	}
	path, _, _ := strings.Cut(r.RequestURI, "?")
	attrs := append(more, slog.Any("error", err), slog.String("method", r.Method), slog.String("path", path))
	c.Logger().LogAttrs(r.Context(), level, message, attrs...)
}

// RenderText is the ErrorRenderer of last resort: the status and the public
// text, as plain text. Without a renderer to report it, what [NeedsAttention] is
// logged here, unless an access log will do so.
//
// That line has the text of err as it is, secrets included, such as a database's URL
// with its password. middleware.Logger and package errorpage mask them.
func RenderText(w http.ResponseWriter, r *http.Request, err error) {
	status := StatusOf(err)
	if NeedsAttention(status, err) {
		logFailure(r, From(r), slog.LevelError, "request failed", err, slog.Int("status", status))
	}
	SetErrorHeader(w.Header(), err)
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s\n", status, http.StatusText(status))
	if text := PublicText(err); text != http.StatusText(status) {
		b.WriteString(strings.Map(displayed, text) + "\n")
	}
	_, _ = w.Write([]byte(b.String()))
}

// displayed replaces what a public text may have from the client, such as a path,
// to drive the terminal of whoever asks with curl, and bytes that are not UTF-8.
func displayed(r rune) rune {
	if r != '\n' && r != '\t' && unicode.IsControl(r) {
		return utf8.RuneError
	}
	return r
}

// SetErrorHeader puts the fields that an HTTPError brings along into h: for
// renderers.
func SetErrorHeader(h http.Header, err error) {
	var e *HTTPError
	if errors.As(Finite(err), &e) {
		for name, values := range e.Header {
			h[name] = append([]string(nil), values...)
		}
	}
}

// Try makes a handler of a function that may fail. The error is answered by
// [Fail]: what the function had written so far, if it is still held back, gives
// way to the error's page.
func Try(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return AttachedFunc(func(w *Writer, r *http.Request, _ *Context) {
		if err := h(w, r); err != nil {
			Fail(w, r, err)
		}
	}).ServeHTTP
}
