package middleware_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
)

// everyday is a chain as most sites have it, and a route with a parameter.
func everyday() http.Handler {
	r := gangplank.New()
	r.Use(middleware.RequestID, middleware.Logger(slog.New(slog.NewJSONHandler(io.Discard, nil))), middleware.SecureHeaders(middleware.SecureHeadersConfig{}))
	r.Get("/users/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = plainText
		io.WriteString(w, r.PathValue("name"))
	})
	return r
}

var plainText = []string{"text/plain; charset=utf-8"}

// Attaching, an id, its field, the log's end, a sixth attribute, the security
// fields, and two for the route's parameter.
func TestEverydayAllocations(t *testing.T) {
	h, r := everyday(), httptest.NewRequest("GET", "/users/alice", nil)
	w := make(nopWriter)
	if n := testing.AllocsPerRun(200, func() { clear(w); h.ServeHTTP(w, r) }); n > 8 && !underRace {
		t.Errorf("%v allocations, want 8", n)
	}
}

func BenchmarkEveryday(b *testing.B) {
	h, r := everyday(), httptest.NewRequest("GET", "/users/alice", nil)
	w := make(nopWriter)
	b.ReportAllocs()
	for b.Loop() {
		clear(w)
		h.ServeHTTP(w, r)
	}
}
