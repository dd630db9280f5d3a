package cors_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/cors"
)

// Each field that is set costs its slice, and nothing else is allocated.
func TestAllocations(t *testing.T) {
	h := cors.New(app)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, tt := range []struct {
		origin string
		fields float64
	}{
		{"", 1}, // Vary
		{"https://app.example.com", 4},
		{"https://a.partner.example", 4},
		{"https://evil.example", 1},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		if tt.origin != "" {
			r.Header.Set("Origin", tt.origin)
		}
		w := discard{http.Header{}}
		if n := testing.AllocsPerRun(100, func() { clear(w.h); h.ServeHTTP(w, r) }); n > tt.fields {
			t.Errorf("%q: got %v allocations, want %v", tt.origin, n, tt.fields)
		}
	}
}

type discard struct{ h http.Header }

func (d discard) Header() http.Header       { return d.h }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}
