package bench_test

import (
	"path/filepath"
	"testing"

	"github.com/gangplank-web/gangplank/bench/internal/backend"
	"github.com/gangplank-web/gangplank/bench/internal/wire"
)

// BenchmarkServerIdle measures what an idle kept connection costs after one request each: ten thousand of them against a
// child process, whose heap and stacks in use after a garbage collection are compared with those before.
// The client ends live here, so they do not count; neither do the kernel's socket buffers. ns/op is the time for all.
func BenchmarkServerIdle(b *testing.B) {
	conns := 10_000
	if testing.Short() {
		conns = 100
	}
	eachServer(b, func(b *testing.B, s backend.Backend) {
		request := s.Protocol.Request(true)
		var used int64
		for b.Loop() {
			used += memoryOf(b, s, func(path string) { holdIdle(b, s, path, request, conns) })
		}
		perRun := float64(used) / float64(b.N)
		b.ReportMetric(perRun/float64(conns), "B/conn")
		b.ReportMetric(perRun/1e6, "MB")
	})
}

// memoryOf returns by how much the memory in use of a fresh child grows while load runs.
func memoryOf(b *testing.B, s backend.Backend, load func(path string)) int64 {
	b.Helper()
	path := filepath.Join(b.TempDir(), "s")
	child, err := backend.Start(s.Name, path)
	if err != nil {
		b.Fatal(err)
	}
	defer child.Stop()
	holdIdle(b, s, path, s.Protocol.Request(true), 1) // what the server allocates once is not a connection's
	before := memory(b, child)
	load(path)
	return memory(b, child) - before
}

// holdIdle opens n connections with one request each; they stay open until the benchmark ends.
func holdIdle(b *testing.B, s backend.Backend, path string, request []byte, n int) {
	b.Helper()
	c := wire.NewClient(s.Protocol, request)
	for range n {
		sock := connect(b, path)
		c.Reset(sock)
		if _, err := c.Expect(len(backend.Hello)); err != nil {
			b.Fatal(err)
		}
	}
}

// connect opens a connection until the benchmark ends.
func connect(b *testing.B, path string) *wire.Socket {
	b.Helper()
	s := wire.NewSocket(path)
	if err := s.Connect(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

func memory(b *testing.B, child *backend.Child) int64 {
	b.Helper()
	n, err := child.Memory()
	if err != nil {
		b.Fatal(err)
	}
	return n
}
