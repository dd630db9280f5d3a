package bench_test

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// The workload: what every site has around its routes, done the same way by all: a random request id in the context and in
// a header, recovery from panics, one JSON log line per request to io.Discard, five fixed headers, and
// a route with a parameter that answers it. Each is written as its framework's documentation teaches, with the framework's
// own recovery; the work that is not the framework's (the id, the line, the names of the headers) is the functions below.

// A chain is one of the peers. handler gets the writer of its log.
type chain struct {
	name     string
	handler  func(log io.Writer) http.Handler
	attached bool // its requests come from an adapter of ours
}

var fiveChains = []chain{
	{name: "chi", handler: withSlog(chiFive)},
	{name: "echo", handler: withSlog(echoFive)},
	{name: "gangplank", handler: withSlog(gangplankFive)},
	{name: "gangplank-attached", handler: withSlog(gangplankFive), attached: true},
	{name: "gangplank-logjson", handler: gangplankFiveJSON},
	{name: "gangplank-logjson-attached", handler: gangplankFiveJSON, attached: true},
	{name: "gin", handler: withSlog(ginFive)},
}

func withSlog(handler func(*slog.Logger) http.Handler) func(io.Writer) http.Handler {
	return func(log io.Writer) http.Handler { return handler(slog.New(slog.NewJSONHandler(log, nil))) }
}

func BenchmarkMiddlewareFive(b *testing.B) {
	benchmarkChains(b, fiveChains, func(http.Handler) *http.Request { return httptest.NewRequest("GET", "/users/alice", nil) })
}

func benchmarkChains(b *testing.B, chains []chain, request func(h http.Handler) *http.Request) {
	for _, c := range chains {
		b.Run("router="+c.name, func(b *testing.B) { c.benchmark(b, request) })
	}
}

func (c chain) benchmark(b *testing.B, request func(h http.Handler) *http.Request) {
	var lines countingWriter
	h := c.handler(&lines)
	w, r := newResponse(), request(h)
	lines.n = 0
	serveLoop(b, h, w, r, c.attached)
	if w.status() != http.StatusOK || w.body != len("alice") || len(w.header) < len(siteHeaders)+1 {
		b.Errorf("answer: status %d, %d bytes, header %v", w.status(), w.body, w.header)
	}
	if lines.n != b.N {
		b.Errorf("%d log lines for %d requests", lines.n, b.N)
	}
}

// BenchmarkMiddlewareLog is the log line alone, which all of them pay.
func BenchmarkMiddlewareLog(b *testing.B) {
	log := slog.New(slog.NewJSONHandler(io.Discard, nil))
	r := httptest.NewRequest("GET", "/users/alice", nil)
	b.ReportAllocs()
	for b.Loop() {
		logRequest(log, r, r.RemoteAddr, "00112233445566778899aabbccddeeff", http.StatusOK, 5, time.Now())
	}
}

type countingWriter struct{ n int }

func (w *countingWriter) Write(p []byte) (int, error) {
	w.n++
	return len(p), nil
}

const requestIDHeader = "X-Request-Id"

var siteHeaders = [][2]string{
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
	{"Referrer-Policy", "same-origin"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
}

func setSiteHeaders(h http.Header) {
	for _, f := range siteHeaders {
		h.Set(f[0], f[1])
	}
}

// writeText is what echo's and gin's String does: it saves sniffing.
func writeText(w http.ResponseWriter, s string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, s)
}

// newRequestID is 128 random bits in hex.
func newRequestID() string {
	var b [16]byte
	rand.Read(b[:])
	var text [2 * len(b)]byte
	hex.Encode(text[:], b[:])
	return string(text[:])
}

// logRequest writes the line of the access log.
func logRequest(log *slog.Logger, r *http.Request, client, id string, status, size int, start time.Time) {
	log.LogAttrs(r.Context(), slog.LevelInfo, "request",
		slog.String("method", r.Method),
		slog.String("path", r.URL.Path),
		slog.Int("status", status),
		slog.Int("bytes", size),
		slog.Duration("duration", time.Since(start)),
		slog.String("client", client),
		slog.String("request_id", id))
}
