package session_test

import (
	"net/http"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/session"
)

// A request that does not touch its session costs nothing, and one that does
// what DESIGN.md allows.
func TestAllocations(t *testing.T) {
	if underRace {
		t.Skip("under the race detector a sync.Pool forgets at random")
	}
	for _, kind := range []string{"cookie", "memory"} {
		m := session.New(kinds()[kind])
		r := request(t, m)
		count := func(h http.Handler) float64 {
			w := discard{make(http.Header)}
			return testing.AllocsPerRun(200, func() { clear(w.h); h.ServeHTTP(w, r) })
		}
		none := count(attached(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
		for _, c := range costs {
			h := attached(m(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.use(r) })))
			if got := count(h) - none; got > c.allocs[kind] {
				t.Errorf("%s, %s: got %v allocations, want at most %v", kind, c.name, got, c.allocs[kind])
			}
		}
	}
}
