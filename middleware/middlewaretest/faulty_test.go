package middlewaretest_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// writer is the starting point of the faulty ones: it only lacks ReadFrom.
type writer struct{ http.ResponseWriter }

func (w writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
func (w writer) Flush()                      { http.NewResponseController(w.ResponseWriter).Flush() }
func (w writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// answering makes a middleware of a writer.
func answering(f func(w writer) http.ResponseWriter) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(f(writer{w}), r) })
	}
}

// asking makes a middleware of a change of the request.
func asking(f func(r *http.Request) *http.Request) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, f(r)) })
	}
}

// around makes a middleware of what it does in place of next.
func around(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f(w, r, next) })
	}
}

var swallowing = around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
	defer func() { recover() }()
	next.ServeHTTP(w, r)
})

var failing = around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
	defer func() {
		if recover() != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}()
	next.ServeHTTP(w, r)
})

var editing = around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
	r.Header.Set("X-Seen", "1")
	next.ServeHTTP(w, r)
})

var footing = around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(w, r)
	io.WriteString(w, "<!-- served in no time -->")
})

var heading = around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if r.Method != http.MethodHead {
		next.ServeHTTP(w, r)
	}
})

// exaggerating adds one to every declared length.
var exaggerating = around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
	ew := &exaggeratingWriter{writer: writer{w}}
	next.ServeHTTP(ew, r)
	ew.exaggerate()
})

type exaggeratingWriter struct {
	writer
	done bool
}

func (w *exaggeratingWriter) Write(p []byte) (int, error) {
	w.exaggerate()
	return w.ResponseWriter.Write(p)
}

func (w *exaggeratingWriter) exaggerate() {
	if n, err := strconv.Atoi(w.Header().Get("Content-Length")); err == nil && !w.done {
		w.Header().Set("Content-Length", strconv.Itoa(n+1))
	}
	w.done = true
}

var shared = []string{"Origin"}

var sharing = around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
	w.Header()["Vary"] = shared
	next.ServeHTTP(w, r)
})

func drained(r *http.Request) *http.Request {
	io.Copy(io.Discard, r.Body)
	return r
}

func cleaned(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.URL.Path, r.URL.RawPath = path.Clean(r.URL.Path), ""
	return r
}

func bodiless(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.Body = nil
	return r
}

func detached(r *http.Request) *http.Request { return r.WithContext(context.Background()) }

// forgetting neither tells that the client has gone nor lets Write say it.
var forgetting = around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(deafWriter{writer{w}}, detached(r))
})

// mixing answers everybody with the longest body that it has seen.
func mixing() func(http.Handler) http.Handler {
	var mu sync.Mutex
	longest := ""
	return around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		if len(body) > len(longest) {
			longest = string(body)
		}
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(strings.NewReader(longest))
		mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// remembering puts every field that it has seen into the following answers.
func remembering() func(http.Handler) http.Handler {
	var mu sync.Mutex
	seen := http.Header{}
	return around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		mu.Lock()
		for name, values := range seen {
			w.Header()[name] = append([]string(nil), values...)
		}
		mu.Unlock()
		next.ServeHTTP(w, r)
		mu.Lock()
		defer mu.Unlock()
		seen = w.Header().Clone()
	})
}

// retaining writes everything at the end, from the slices that it was given.
var retaining = around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
	rw := &retainWriter{writer: writer{w}}
	next.ServeHTTP(rw, r)
	for _, p := range rw.parts {
		w.Write(p)
	}
})

type retainWriter struct {
	writer
	parts [][]byte
}

func (w *retainWriter) Write(p []byte) (int, error) {
	w.parts = append(w.parts, p)
	return len(p), nil
}

type deafWriter struct{ writer }

func (w deafWriter) Write(p []byte) (int, error) {
	w.ResponseWriter.Write(p)
	return len(p), nil
}

type finalWriter struct{ writer }

func (w finalWriter) WriteHeader(status int) {
	if status >= 200 {
		w.ResponseWriter.WriteHeader(status)
	}
}

type onceWriter struct {
	writer
	done bool
}

func (w *onceWriter) WriteHeader(status int) {
	if !w.done {
		w.done = true
		w.ResponseWriter.WriteHeader(status)
	}
}

type lengthWriter struct{ writer }

func (w lengthWriter) Write(p []byte) (int, error) {
	w.Header().Del("Content-Length")
	return w.ResponseWriter.Write(p)
}

type typeWriter struct{ writer }

func (w typeWriter) Write(p []byte) (int, error) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", http.DetectContentType(p))
	}
	return w.ResponseWriter.Write(p)
}

type joinWriter struct{ writer }

func (w joinWriter) Write(p []byte) (int, error) {
	for name, values := range w.Header() {
		w.Header().Set(name, strings.Join(values, ", "))
	}
	return w.ResponseWriter.Write(p)
}

// stringWriter holds strings back until the next Write.
type stringWriter struct {
	writer
	held string
}

func (w *stringWriter) WriteString(s string) (int, error) {
	w.held += s
	return len(s), nil
}

func (w *stringWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	io.WriteString(w.ResponseWriter, w.held)
	w.held = ""
	return n, err
}

type copyWriter struct{ writer }

func (w copyWriter) ReadFrom(src io.Reader) (int64, error) {
	return io.Copy(w.ResponseWriter, io.LimitReader(src, 8<<10))
}

type mildWriter struct{ writer }

func (w mildWriter) ReadFrom(src io.Reader) (int64, error) {
	n, _ := io.Copy(w.ResponseWriter, src)
	return n, nil
}

// lazyWriter flushes every second time.
type lazyWriter struct {
	writer
	times int
}

func (w *lazyWriter) Flush() {
	if w.times++; w.times%2 == 1 {
		w.writer.Flush()
	}
}

type hijackWriter struct{ writer }

func (hijackWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return nil, nil, errors.New("no such thing here")
}
