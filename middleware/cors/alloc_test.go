package cors_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/cors"
)

// Each field that is set costs its slice, and nothing else is allocated but what is
// allocated once per request, by the outermost layer.
func TestAllocations(t *testing.T) {
	count := func(h http.Handler, origin string) float64 {
		r, w := request("GET", origin), discard{http.Header{}}
		return testing.AllocsPerRun(100, func() { clear(w.h); h.ServeHTTP(w, r) })
	}
	for origin, want := range map[string]float64{
		"":                          1, // Vary
		"https://evil.example":      1,
		"https://app.example.com":   3,
		"https://a.partner.example": 3,
	} {
		if n := count(cors.New(app)(nothing), origin) - count(attached(nothing), ""); n != want {
			t.Errorf("%q: got %v allocations, want %v", origin, n, want)
		}
	}
}

func BenchmarkActual(b *testing.B) {
	alone := cors.New(app)(nothing)
	for name, h := range map[string]http.Handler{
		"alone":          alone,
		"off":            nothing,
		"off, attached":  attached(nothing),
		"within a chain": attached(alone),
	} {
		b.Run(name, func(b *testing.B) {
			r, w := request("GET", "https://app.example.com"), discard{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.h)
				h.ServeHTTP(w, r)
			}
		})
	}
}

func BenchmarkPreflight(b *testing.B) {
	h := cors.New(app)(http.NotFoundHandler())
	for name, list := range map[string]string{"usual": "content-type", "attack": strings.Repeat(",", 10_000)} {
		b.Run(name, func(b *testing.B) {
			r := request("OPTIONS", "https://app.example.com")
			r.Header[acrm], r.Header[acrh] = []string{"PUT"}, []string{list}
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}

var nothing = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})

// attached is a layer further out.
func attached(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) { next.ServeHTTP(w, r) })
}

func request(method, origin string) *http.Request {
	r := httptest.NewRequest(method, "/", nil)
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	return r
}

type discard struct{ h http.Header }

func (d discard) Header() http.Header       { return d.h }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}
