package middlewaretest_test

import (
	"errors"
	"net/http"
	"path"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

// A fault of a middleware, and the cases that must find it, as patterns.
type fault struct {
	name string
	mw   func(http.Handler) http.Handler
	by   []string
}

var faults = []fault{
	{"swallows panics", swallowing, []string{"panic/*"}},
	{"turns ErrAbortHandler into a 500", failing, []string{"panic/abort-*"}},
	{"forgets the context", asking(detached), []string{"context/values", "context/cancelled-by-outer", "abort/silent", "abort/after-body"}},
	{"forgets the context and errors", forgetting, []string{"abort/streaming"}},
	{"edits the outer request", editing, []string{"context/request-untouched"}},
	{"reads the body", asking(drained), []string{"request/body", "request/chunked", "request/expect-continue", "interim/continue", "duplex/*"}},
	{"parses forms", asking(parsing), []string{"request/form"}},
	{"parses forms of a copy", asking(parsingCopy), []string{"request/form"}},
	{"makes Body nil", asking(bodiless), []string{"request/no-body"}},
	{"cleans the path", asking(cleaned), []string{"request/line"}},
	{"drops interim responses", answering(func(w writer) http.ResponseWriter { return finalWriter{w} }), []string{"interim/early-hints", "interim/several", "interim/flush", "interim/only"}},
	{"takes 103 for the status", answering(func(w writer) http.ResponseWriter { return &onceWriter{writer: w} }), []string{"interim/early-hints"}},
	{"drops Content-Length", answering(func(w writer) http.ResponseWriter { return lengthWriter{w} }), []string{"length/declared-large", "length/too-little", "flush/declared", "bodyless/head-large"}},
	{"declares too much", exaggerating, []string{"length/declared", "length/zero", "bodyless/head-declared"}},
	{"sets Content-Length 0", answering(func(w writer) http.ResponseWriter { w.Header().Set("Content-Length", "0"); return w }), []string{"bodyless/head-nothing", "bodyless/head", "write/implicit", "write/large", "write/one-large"}},
	{"sets a Content-Type", answering(func(w writer) http.ResponseWriter { w.Header().Set("Content-Type", "text/html"); return w }), []string{"header/sniffed", "write/nothing", "write/status-only", "write/fields-only", "readfrom/nothing", "readfrom/small"}},
	{"insists on a Content-Type", answering(func(w writer) http.ResponseWriter { return typeWriter{w} }), []string{"header/not-sniffed"}},
	{"joins repeated fields", answering(func(w writer) http.ResponseWriter { return joinWriter{w} }), []string{"header/repeated"}},
	{"retains the slices written", retaining, []string{"write/reused-buffer", "flush/ticks"}},
	{"turns Write and WriteString round", answering(func(w writer) http.ResponseWriter { return &stringWriter{writer: w} }), []string{"write/bytes"}},
	{"has a broken ReadFrom", answering(func(w writer) http.ResponseWriter { return copyWriter{w} }), []string{"readfrom/large", "readfrom/between-writes", "readfrom/range", "readfrom/file"}},
	{"has no ReadFrom", answering(func(w writer) http.ResponseWriter { return w }), []string{"readfrom/file", "readfrom/serve-content", "door/interfaces"}},
	{"hides a reader's error", answering(func(w writer) http.ResponseWriter { return mildWriter{w} }), []string{"readfrom/failing"}},
	{"writes a footer", footing, []string{"write/*", "request/unread", "flush/many", "readfrom/small", "parallel/one-after-another"}},
	{"drops every second Flush", answering(func(w writer) http.ResponseWriter { return &lazyWriter{writer: w} }), []string{"flush/ticks"}},
	{"invents an error of Hijack", answering(func(w writer) http.ResponseWriter { return hijackWriter{w} }), []string{"door/refused-hijack", "hijack/*"}},
	{"keeps state of another request", remembering(), []string{"parallel/one-after-another"}},
	{"ends HEAD early", heading, []string{"bodyless/head", "bodyless/head-declared", "bodyless/head-large", "readfrom/head"}},
	{"shares field values", sharing, []string{"header/own-values"}},
	{"buffers the answer", func(next http.Handler) http.Handler { return http.TimeoutHandler(next, time.Hour, "") }, []string{"flush/head", "flush/status-first", "flush/ticks", "flush/fixes-head", "flush/declared", "header/snapshot", "header/snapshot-by-write", "header/same-map", "header/outer-fields", "deadline/*", "hijack/upgrade", "readfrom/file", "trailer/prefixed", "bodyless/204"}},
	{"answers with another request's body", mixing(), []string{"parallel/own-answers"}},
	{"serves one request at a time", serialising(), []string{"parallel/at-once"}},
}

// TestFaults lets the suite find what is known to be wrong, and looks that each
// case of the table can fail.
func TestFaults(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	ever := map[string]bool{}
	t.Cleanup(func() { // when all of them have ended
		for _, c := range middlewaretest.Cases() {
			if !ever[c.Name] {
				t.Errorf("%s has never failed", c.Name)
			}
		}
	})
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			found := append(faultsOf(t, "http1/plain/alone", f.mw, quickly), faultsOf(t, "http2/plain/alone", f.mw, quickly)...)
			mu.Lock()
			for _, name := range found {
				ever[name] = true
			}
			mu.Unlock()
			for _, pattern := range f.by {
				for _, c := range middlewaretest.Cases() {
					if ok, _ := path.Match(pattern, c.Name); ok && !slices.Contains(found, c.Name) {
						t.Errorf("%s has found nothing", c.Name)
					}
				}
			}
		})
	}
}

var quickly = middlewaretest.Timeout(300 * time.Millisecond)

// faultsOf returns the names of the cases that mw fails.
func faultsOf(t *testing.T, setting string, mw func(http.Handler) http.Handler, options ...middlewaretest.Option) (faults []string) {
	t.Helper()
	for _, s := range middlewaretest.Settings() {
		if s.Name != setting {
			continue
		}
		for _, c := range middlewaretest.Cases() {
			var excused *middlewaretest.ExcusedError
			if err := middlewaretest.Check(t.Context(), mw, c, s, options...); err != nil && !errors.As(err, &excused) {
				t.Log(err)
				faults = append(faults, c.Name)
			}
		}
	}
	return faults
}
