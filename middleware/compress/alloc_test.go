package compress_test

import (
	"net/http"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/compress"
)

// What compression costs a request that carries a Context already: nothing, or one
// object, which keeps the state of an encoder at work.
func TestAllocations(t *testing.T) {
	if underRace {
		t.Skip("under the race detector sync.Pool forgets at random")
	}
	bodies := map[bool]string{false: page(500), true: page(20_000)}
	contentType := []string{"text/html"}
	handler := func(long bool) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = contentType
			w.(*gangplank.Writer).WriteString(bodies[long])
		})
	}
	allocs := func(h http.Handler, accept string) float64 {
		r, w := request(accept), discard{http.Header{}}
		attached := gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) { h.ServeHTTP(w, r) })
		return testing.AllocsPerRun(1000, func() {
			clear(w.h)
			attached.ServeHTTP(w, r)
		})
	}
	for _, tt := range []struct {
		desc, accept string
		long         bool
		want         float64
	}{
		{"nothing accepted", "none", true, 0},
		{"too short", "gzip", false, 0},
		{"gzip", "gzip", true, 1},
		{"zstd", "zstd", true, 1},
	} {
		without := allocs(handler(tt.long), tt.accept)
		with := allocs(compress.New(compress.Config{})(handler(tt.long)), tt.accept)
		if with-without > tt.want {
			t.Errorf("%s: %v allocations with compression, %v without", tt.desc, with, without)
		}
	}
}

type discard struct{ h http.Header }

func (d discard) Header() http.Header             { return d.h }
func (discard) Write(p []byte) (int, error)       { return len(p), nil }
func (discard) WriteString(s string) (int, error) { return len(s), nil }
func (discard) WriteHeader(int)                   {}
