package bench_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gangplank-web/gangplank"
)

// BenchmarkChain is what layers cost that only pass the request on: plain ones, and ones that ask for the Context, of a request
// that carries one. The quotient of two rows' difference and their layers' is one layer's price.
func BenchmarkChain(b *testing.B) {
	plain := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) })
	}
	attached := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) { next.ServeHTTP(w, r) })
	}
	for _, kind := range []struct {
		name  string
		layer gangplank.Middleware
	}{{"plain", plain}, {"attached", attached}} {
		for _, n := range []int{1, 10, 40} {
			b.Run(fmt.Sprintf("layer=%s/layers=%d", kind.name, n), func(b *testing.B) { benchmarkLayers(b, kind.layer, n) })
		}
	}
}

func benchmarkLayers(b *testing.B, layer gangplank.Middleware, n int) {
	var chain gangplank.Chain
	for range n {
		chain = chain.Append(layer)
	}
	h := chain.ThenFunc(func(http.ResponseWriter, *http.Request) {})
	w, r, _ := gangplank.Attach(newResponse(), httptest.NewRequest("GET", "/", nil))
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(w, r)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/layer")
}
