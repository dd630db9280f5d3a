package oneshot_test

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/oneshot"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

// The budget of a small GET: one read, one write, 15 allocations beside those for the connection.
func TestBudget(t *testing.T) {
	for _, d := range dialects {
		stage := protocoltest.NewStage(t, d.server(oneshot.Settings{Handler: http.HandlerFunc(hello), Logger: slog.New(slog.DiscardHandler)}))
		const runs = 200
		scripts := make([]*protocoltest.Script, runs+1) // and one to warm up
		for i := range scripts {
			scripts[i] = protocoltest.NewScript(d.get(nil))
		}
		next := 0
		allocations := testing.AllocsPerRun(runs, func() {
			stage.Play(scripts[next])
			next++
		})
		if allocations > 15 && !protocoltest.PoolsForget {
			t.Errorf("%s: %v allocations", d.name, allocations)
		}
		for _, s := range scripts {
			if r, w := s.Calls(); r != 1 || w != 1 {
				t.Fatalf("%s: %d reads, %d writes", d.name, r, w)
			}
		}
	}
}

func TestOneMessageEach(t *testing.T) {
	for _, d := range dialects {
		dial := protocoltest.Messages(t, d.server(oneshot.Settings{Handler: http.HandlerFunc(hello)}))
		for range 3 {
			protocoltest.OneMessageEach(t, dial(), d.get(nil), d.status, "\r\n\r\nHello World")
		}
	}
}
