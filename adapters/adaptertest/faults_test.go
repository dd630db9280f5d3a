package adaptertest_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

// A fault put between net/http and the handler, and cases that must find it.
type fault struct {
	name string
	wrap func(next http.Handler) http.Handler
	by   string
}

// writer is the starting point of the faulty ones: nothing is wrong with it.
type writer struct{ http.ResponseWriter }

func (w writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
func (w writer) Flush()                      { http.NewResponseController(w.ResponseWriter).Flush() }
func (w writer) WriteString(s string) (int, error) {
	return io.WriteString(w.ResponseWriter, s)
}

// answering makes a fault of a faulty writer.
func answering(f func(w writer) http.ResponseWriter) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(f(writer{w}), r) })
	}
}

// asking makes a fault of a spoilt request.
func asking(f func(r *http.Request) *http.Request) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, f(r)) })
	}
}

type (
	deafWriter struct{ writer }
	lateWriter struct{ writer }
	onceWriter struct {
		writer
		done *bool
	}
	mildWriter  struct{ writer }
	typeWriter  struct{ writer }
	bareWriter  struct{ http.ResponseWriter }
	cleanWriter struct{ writer }
)

func (deafWriter) Flush()            {}
func (deafWriter) FlushError() error { return nil }

func (w lateWriter) WriteHeader(int) {}

func (w onceWriter) WriteHeader(status int) {
	if !*w.done {
		*w.done = true
		w.writer.WriteHeader(max(status, 200))
	}
}

func (w mildWriter) Write(p []byte) (int, error) {
	w.writer.Write(p)
	return len(p), nil
}

func (w typeWriter) Write(p []byte) (int, error) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "text/html")
	}
	return w.ResponseWriter.Write(p)
}

func (w typeWriter) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

func (w cleanWriter) WriteHeader(status int) {
	h := w.Header()
	if c := h["Set-Cookie"]; len(c) > 1 {
		h["Set-Cookie"] = []string{strings.Join(c, ", ")}
	}
	w.writer.WriteHeader(status)
}

var faults = []fault{
	{"Flush does nothing", answering(func(w writer) http.ResponseWriter { return deafWriter{w} }), "flush/head flush/ticks duplex/conversation"},
	{"the status is lost", answering(func(w writer) http.ResponseWriter { return lateWriter{w} }), "status/404 answer/superfluous no-body/204 no-body/304"},
	{"the first status is final", answering(func(w writer) http.ResponseWriter { return onceWriter{w, new(bool)} }), "interim/early-hints interim/several"},
	{"Write hides errors", answering(func(w writer) http.ResponseWriter { return mildWriter{w} }), "no-body/204 length/exceeded"},
	{"the type is a fixed one", answering(func(w writer) http.ResponseWriter { return typeWriter{w} }), "sniff/text sniff/png sniff/none"},
	{"the doors are shut", answering(func(w writer) http.ResponseWriter { return bareWriter(w) }), "write/string flush/interfaces hijack/upgrade deadline/future"},
	{"cookies are joined", answering(func(w writer) http.ResponseWriter { return cleanWriter{w} }), "answer-field/cookies"},
	{"the context is never cancelled", asking(withoutCancel), "abort/silent life/cancelled-after"},
	{"the context is cancelled too early", asking(cancelled), "life/not-cancelled request/context"},
	{"the path is cleaned", asking(cleaned), "path/double-slash path/dots path/slash-at-end"},
	{"the path is decoded twice", asking(decodedTwice), "path/decoded-once"},
	{"the body is cut", asking(limited), "body/65536 body/1048577 body/chunked-long duplex/read-after-answer"},
	{"no body is nil", asking(withoutBody), "body/none request/plain"},
	{"the URL is a client's", asking(clientURL), "request/plain"},
	{"the method is in capitals", asking(capitals), "method/get"},
	{"fields are lost", asking(withoutFields), "field/canonical field/cookies field/authorization"},
	{"panics end well", recovering, "panic/abort-handler panic/late"},
	{"one at a time", serial, "parallel/no-queue"},
	{"the handler is called twice", twice, "answer/superfluous body/echo"},
	{"the request is used again", reused, "life/request-outlives"},
	{"a byte too much", stray, "answer/nothing"},
}

func withoutCancel(r *http.Request) *http.Request {
	return r.WithContext(context.WithoutCancel(r.Context()))
}

func cancelled(r *http.Request) *http.Request {
	ctx, cancel := context.WithCancel(r.Context())
	cancel()
	return r.WithContext(ctx)
}

func cleaned(r *http.Request) *http.Request {
	r.URL.Path = path.Clean(r.URL.Path)
	return r
}

func decodedTwice(r *http.Request) *http.Request {
	if p, err := url.PathUnescape(r.URL.Path); err == nil {
		r.URL.Path = p
	}
	return r
}

func limited(r *http.Request) *http.Request {
	r.Body = io.NopCloser(io.LimitReader(r.Body, 65535))
	return r
}

func withoutBody(r *http.Request) *http.Request {
	if r.ContentLength == 0 {
		r.Body = nil
	}
	return r
}

func clientURL(r *http.Request) *http.Request {
	r.URL.Scheme, r.URL.Host = "http", r.Host
	return r
}

func capitals(r *http.Request) *http.Request {
	r.Method = strings.ToUpper(r.Method)
	return r
}

func withoutFields(r *http.Request) *http.Request {
	for name := range r.Header {
		if !strings.HasPrefix(name, "Adaptertest-") {
			delete(r.Header, name)
		}
	}
	return r
}

func recovering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { recover() }()
		next.ServeHTTP(w, r)
	})
}

func serial(next http.Handler) http.Handler {
	var mu sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

func twice(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		next.ServeHTTP(w, r)
	})
}

func reused(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		r.URL.Path, r.RequestURI = "/somebody/else", "/somebody/else"
		clear(r.Header)
	})
}

func stray(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n!")
			conn.Close()
		}
	})
}

func TestFindsFaults(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			target := adaptertest.Target{
				URL:     serve(t, f.wrap(adaptertest.Handler())).URL,
				Timeout: time.Second / 4, // what hangs is meant to be found
			}
			for name := range strings.FieldsSeq(f.by) {
				found(t, &target, name, f.name)
			}
		})
	}
}
