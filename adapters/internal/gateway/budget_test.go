package gateway_test

import (
	"net/http"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

// perRequest is what an adapter allocates for a request anyway.
type perRequest struct {
	facts gateway.Request
	r     http.Request
	vars  gateway.List
}

func small(t testing.TB) gateway.List {
	t.Helper()
	l := captured{file: "nginx-split"}.read(t)["/app/a%2Fb"]
	var kept gateway.List
	for _, v := range l {
		switch v.Name {
		case "HTTP_AUTHORIZATION", "HTTP_X_EMPTY", "HTTP_X_FOO", "HTTP_COOKIE":
		default:
			if v.Value == "/app/a%2Fb" {
				v.Value = "/app/a"
			}
			kept = append(kept, v)
		}
	}
	return kept
}

// A small GET costs the header map (two allocations), its block of values,
// RemoteAddr, and here Host, which is put together because the port is missing.
func TestAllocations(t *testing.T) {
	const budget = 5
	l := small(t)
	o := fastCGI()
	objects := make([]perRequest, 102)
	i := 0
	got := testing.AllocsPerRun(100, func() {
		p := &objects[i]
		i++
		p.vars = l
		if _, err := p.facts.Fill(&p.r, &p.vars, &o); err != nil {
			t.Error(err)
		}
	})
	if got > budget {
		t.Errorf("got %v allocations, want at most %v", got, budget)
	}
}

func BenchmarkFill(b *testing.B) {
	o := fastCGI()
	for _, bench := range []struct {
		name string
		vars gateway.List
	}{
		{"small", small(b)},
		{"curl", captured{file: "nginx-split"}.read(b)["/app/a%20b?t=env"]},
		{"apache", captured{file: "apache-fcgid"}.read(b)["/app/a%20b?t=env"]},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p := &perRequest{vars: bench.vars}
				if _, err := p.facts.Fill(&p.r, &p.vars, &o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
