package oneshot_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/oneshot"
)

// counted counts the calls on a connection.
type counted struct {
	script
	reads, writes atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	c.reads.Add(1)
	return c.script.Read(p)
}

func (c *counted) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.script.Write(p)
}

// The budget of a small GET: one read, one write, 15 allocations beside those for the connection.
func TestBudget(t *testing.T) {
	for _, d := range dialects {
		l := make(scripts)
		s := d.server(oneshot.Settings{Handler: http.HandlerFunc(hello), Logger: slog.New(slog.DiscardHandler)})
		done := make(chan bool)
		go func() { defer close(done); s.Serve(l) }()
		const runs = 200
		conns := make([]counted, runs+1) // and one to warm up
		for i := range conns {
			conns[i].script = script{in: bytes.NewReader(d.get(nil)), closed: make(chan bool), out: make([]byte, 0, 512)}
		}
		next := 0
		allocations := testing.AllocsPerRun(runs, func() {
			l <- &conns[next]
			<-conns[next].closed
			next++
		})
		s.Close()
		<-done
		if allocations > 15 && !poolsForget {
			t.Errorf("%s: %v allocations", d.name, allocations)
		}
		for i := range conns {
			if r, w := conns[i].reads.Load(), conns[i].writes.Load(); r != 1 || w != 1 {
				t.Fatalf("%s: %d reads, %d writes", d.name, r, w)
			}
		}
	}
}
