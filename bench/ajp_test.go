package bench_test

import (
	"testing"

	"github.com/gangplank-web/gangplank/bench/internal/backend"
)

// BenchmarkAJP sends the small and the large request of the other servers'
// benchmarks, beside our FastCGI.
func BenchmarkAJP(b *testing.B) {
	fastcgi, err := backend.Find("fastcgi-gangplank")
	if err != nil {
		b.Fatal(err)
	}
	both := []backend.Backend{backend.AJP, fastcgi}
	b.Run("small", func(b *testing.B) {
		each(b, both, func(b *testing.B, s backend.Backend) {
			benchmarkKept(b, s, hello, s.Protocol.Request(true), len(backend.Hello))
		})
	})
	b.Run("large", func(b *testing.B) {
		each(b, both, func(b *testing.B, s backend.Backend) {
			b.SetBytes(backend.LargeSize)
			benchmarkKept(b, s, backend.LargeHandler(backend.LargeSize), s.Protocol.Request(true), backend.LargeSize)
		})
	})
}
