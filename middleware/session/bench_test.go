package session_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

type discard struct{ h http.Header }

func (d discard) Header() http.Header       { return d.h }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}

// small is what sessions usually hold.
func small(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
	s.Set("user", "alice@example.com")
	s.Set("roles", []string{"editor", "reviewer"})
	s.Set("n", 7)
	s.Set("theme", "dark")
}

// costs are what a request can do to its session.
var costs = []struct {
	name   string
	allocs map[string]float64 // by kind, besides those of attaching the request
	use    func(r *http.Request)
}{
	{"untouched", map[string]float64{"cookie": 0, "memory": 0}, func(r *http.Request) {}},
	{"read", map[string]float64{"cookie": 3, "memory": 5}, func(r *http.Request) { session.Get[string](gangplank.From(r).Session(), "user") }},
	{"read and write", map[string]float64{"cookie": 4, "memory": 9}, func(r *http.Request) {
		s := gangplank.From(r).Session()
		n := session.Get[int](s, "n")
		s.Set("n", n+1)
	}},
}

// attached measures what is done to one request after the other whose Context
// is attached already.
func attached(h http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) { h.ServeHTTP(w, r) })
}

// request returns one that brings a session of the usual size.
func request(tb testing.TB, m gangplank.Middleware) *http.Request {
	tb.Helper()
	b := open(tb, m(app{"/small": small}))
	if b.get("/small"); len(b.cookies) != 1 {
		tb.Fatalf("got cookies %v", b.cookies)
	}
	return b.request("/")
}

func BenchmarkSession(b *testing.B) {
	for _, kind := range []string{"cookie", "memory"} {
		m := session.New(kinds()[kind])
		r := request(b, m)
		plain := attached(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		b.Run(kind+"/none", func(b *testing.B) { run(b, plain, r) })
		for _, c := range costs {
			h := attached(m(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.use(r) })))
			b.Run(fmt.Sprintf("%s/%s", kind, c.name), func(b *testing.B) { run(b, h, r) })
		}
	}
}

func run(b *testing.B, h http.Handler, r *http.Request) {
	w := discard{make(http.Header)}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.h)
		h.ServeHTTP(w, r)
	}
}
