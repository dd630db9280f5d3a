package middlewaretest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A Case is one row of the table: a request and a handler.
type Case struct {
	Name string // "flush/head": what go test's -run sees
	Doc  string // what must hold, and who says so

	request request
	handler handlerFunc
	client  func(x *exchange)                                 // in place of sending request once
	outer   func(next http.Handler, x *exchange) http.Handler // a layer around the middleware
	panics  panicking
	streams bool // waits for what was flushed to arrive
	http1   bool // means nothing in HTTP/2
	doors   bool // means nothing behind a wrapper without Unwrap
}

// panicking is how a case's handler ends.
type panicking int

const (
	returns     panicking = iota
	panicsEarly           // with a value, nothing being sent yet: may be answered with a page
	panicsLate            // with a value, after bytes were sent: must look broken
	aborts                // with http.ErrAbortHandler: must look broken
)

type handlerFunc = func(w http.ResponseWriter, r *http.Request, x *exchange)

// Cases returns the table.
func Cases() []Case { return slices.Clone(table()) }

var table = sync.OnceValue(func() []Case {
	return slices.Concat(
		requestCases, formCases, contextCases,
		writeCases, lengthCases, bodylessCases, headerCases,
		flushCases, interimCases, trailerCases, readFromCases,
		doorCases, deadlineCases, hijackCases, duplexCases,
		abortCases, panicCases(), parallelCases, atOnceCases,
	)
})

// Run checks every case in every setting, each in a subtest of its own; with
// -short, HTTP/2 is left out. Run it under the race detector too: some cases are
// for that. mw is called anew for each, so that none sees what another left.
func Run(t *testing.T, mw func(http.Handler) http.Handler, options ...Option) {
	t.Helper()
	for _, s := range Settings() {
		t.Run(s.Name, func(t *testing.T) {
			if s.http2 && testing.Short() {
				t.Skip("HTTP/2 takes too long for -short")
			}
			for _, c := range table() {
				t.Run(c.Name, func(t *testing.T) {
					err := Check(t.Context(), mw, c, s, options...)
					var excused *ExcusedError
					switch {
					case errors.As(err, &excused):
						t.Skip(excused.Reason)
					case err != nil:
						t.Error(err)
					}
				})
			}
		})
	}
}

// ExcusedError is what [Check] returns for a case that an option leaves out.
type ExcusedError struct{ Reason string }

func (e *ExcusedError) Error() string { return "middlewaretest: excused: " + e.Reason }

// Check checks one case in one setting. The error names the case, what it asks
// for, and all that was not as it is without mw.
func Check(ctx context.Context, mw func(http.Handler) http.Handler, c Case, s Setting, options ...Option) error {
	cfg := configure(options)
	for _, reason := range []string{s.leavesOut(c), cfg.leavesOut(c)} {
		if reason != "" {
			return &ExcusedError{reason}
		}
	}
	want := cfg.reference(ctx, c, s)
	got := cfg.play(ctx, c, s, mw)
	if status, reason := cfg.answered(got, want); reason != "" {
		return &ExcusedError{"answered with " + status + ": " + reason}
	}
	if faults := cfg.compare(c, got, want); len(faults) > 0 {
		return fmt.Errorf("%s: %s\n\t%s", c.Name, c.Doc, strings.Join(faults, "\n\t"))
	}
	return nil
}

// reference plays the case without any middleware, once for all that send the
// same request.
func (cfg *config) reference(ctx context.Context, c Case, s Setting) notes {
	key := s.Name + " " + c.Name
	if known, ok := references.Load(key); ok && cfg.plain() {
		return known.(notes)
	}
	patient := *cfg
	patient.timeout = max(cfg.timeout, defaultTimeout) // only what is faulty may be cut short
	n := patient.play(ctx, c, s, func(next http.Handler) http.Handler { return next })
	if cfg.plain() {
		references.Store(key, n)
	}
	return n
}

var references sync.Map // setting and case: notes
