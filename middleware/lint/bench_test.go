package lint_test

import (
	"net/http/httptest"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/lint"
)

// What five layers cost with probes between them, and without.
func BenchmarkChain(b *testing.B) {
	chain := gangplank.NewChain(attaching, hooking, attaching, hooking, attaching)
	for _, bb := range []struct {
		name  string
		chain gangplank.Chain
	}{{"off", chain}, {"on", lint.Chain(chain, lint.Config{})}} {
		b.Run(bb.name, func(b *testing.B) {
			h, r := bb.chain.ThenFunc(plain), get()
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}
