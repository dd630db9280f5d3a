package bench_test

import (
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/bench/internal/backend"
	"github.com/gangplank-web/gangplank/bench/internal/wire"
)

// The workload: a browser's GET as nginx passes it on, an answer of 11 bytes, over a unix socket.

var hello = http.HandlerFunc(backend.HelloHandler)

// BenchmarkServerKept sends one request after the other on one connection.
func BenchmarkServerKept(b *testing.B) {
	eachServer(b, func(b *testing.B, s backend.Backend) {
		benchmarkKept(b, s, hello, s.Protocol.Request(true), len(backend.Hello))
	})
}

// BenchmarkServerOnce opens a connection for each request, as nginx does by default, and always for SCGI and uwsgi.
func BenchmarkServerOnce(b *testing.B) {
	each(b, slices.Concat(backend.All, backend.Once), func(b *testing.B, s backend.Backend) {
		sock := wire.NewSocket(serve(b, s, hello, nil))
		c := wire.NewClient(s.Protocol, s.Protocol.Request(false))
		before := cpuTime(b)
		b.ReportAllocs()
		for b.Loop() {
			if err := sock.Connect(); err != nil {
				b.Fatal(err)
			}
			c.Reset(sock)
			if _, err := c.Expect(len(backend.Hello)); err != nil {
				b.Fatal(err)
			}
			sock.Close()
		}
		b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
	})
}

// BenchmarkServerLarge answers 1 MiB, in one write and in the writes of io.Copy.
func BenchmarkServerLarge(b *testing.B) {
	for _, w := range []struct {
		name string
		size int
	}{{"write=1MiB", backend.LargeSize}, {"write=32KiB", 32 << 10}} {
		b.Run(w.name, func(b *testing.B) {
			eachServer(b, func(b *testing.B, s backend.Backend) {
				if s.Name == "fastcgi-floor" {
					b.Skip("its answer is a constant")
				}
				b.SetBytes(backend.LargeSize)
				benchmarkKept(b, s, backend.LargeHandler(w.size), s.Protocol.Request(true), backend.LargeSize)
			})
		})
	}
}

// eachServer runs a sub-benchmark per backend.
func eachServer(b *testing.B, f func(*testing.B, backend.Backend)) { each(b, backend.All, f) }

func each(b *testing.B, list []backend.Backend, f func(*testing.B, backend.Backend)) {
	for _, s := range list {
		b.Run("server="+s.Name, func(b *testing.B) { f(b, s) })
	}
}

// benchmarkKept measures requests on one connection: first the calls on it, then, on another without the counter, time and allocations.
func benchmarkKept(b *testing.B, s backend.Backend, h http.Handler, request []byte, size int) {
	b.Helper()
	reads, writes := countCalls(b, s, h, request, size)
	c, done := dial(b, s, serve(b, s, h, nil), request)
	defer done()
	want, err := c.Expect(size)
	if err != nil {
		b.Fatal(err)
	}
	before := cpuTime(b)
	b.ReportAllocs()
	for b.Loop() {
		if n, err := c.Do(); err != nil || n != want {
			b.Fatalf("answer of %d bytes, %v; want %d", n, err, want)
		}
	}
	b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
	b.ReportMetric(reads, "reads/op")
	b.ReportMetric(writes, "writes/op")
}

// cpuTime returns the processor time of this process, in user and system mode: both ends of the connection. Other load on
// the machine disturbs it less than it does the clock.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// countCalls returns the number of reads and writes per request on the server's end of a connection.
func countCalls(b *testing.B, s backend.Backend, h http.Handler, request []byte, size int) (reads, writes float64) {
	b.Helper()
	const requests = 200
	var n wire.Counter
	c, done := dial(b, s, serve(b, s, h, &n), request)
	defer done()
	if _, err := c.Expect(size); err != nil { // the first one's calls may differ
		b.Fatal(err)
	}
	n.Reset()
	for range requests {
		if _, err := c.Do(); err != nil {
			b.Fatal(err)
		}
	}
	return float64(n.Reads.Load()) / requests, float64(n.Writes.Load()) / requests
}

// serve starts s until the benchmark ends and returns the path of its socket.
func serve(b *testing.B, s backend.Backend, h http.Handler, n *wire.Counter) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	if n != nil {
		l = n.Listen(l)
	}
	go s.Serve(l, h)
	return path
}

// dial returns a client with a connection to path; done closes that.
func dial(b *testing.B, s backend.Backend, path string, request []byte) (c *wire.Client, done func()) {
	b.Helper()
	conn, err := net.Dial("unix", path)
	if err != nil {
		b.Fatal(err)
	}
	c = wire.NewClient(s.Protocol, request)
	c.Reset(conn)
	return c, func() { conn.Close() }
}
