package fastcgi

import (
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// counted counts the calls on the connections of a listener.
type counted struct {
	net.Listener
	reads, writes atomic.Int64
}

func (l *counted) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return &countedConn{c, l}, err
}

type countedConn struct {
	net.Conn
	l *counted
}

func (c *countedConn) Read(p []byte) (int, error) {
	c.l.reads.Add(1)
	return c.Conn.Read(p)
}

func (c *countedConn) Write(p []byte) (int, error) {
	c.l.writes.Add(1)
	return c.Conn.Write(p)
}

// A small request on a kept connection is one read and one write.
func TestOneReadOneWrite(t *testing.T) {
	unix, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	l := &counted{Listener: unix}
	addr, _ := launchOn(t, &Server{Handler: http.HandlerFunc(hello)}, l)
	c := dial(t, addr)
	c.do(get("/"))
	const requests = 200
	l.reads.Store(0)
	l.writes.Store(0)
	for range requests {
		c.do(get("/"))
	}
	// A handler that the scheduler kept for milliseconds was watched, and each
	// watch that was ended is one more read.
	if n := l.reads.Load(); n > requests+requests/10 {
		t.Errorf("%d reads for %d requests", n, requests)
	}
	if n := l.writes.Load(); n != requests {
		t.Errorf("%d writes for %d requests", n, requests)
	}
}

// The budget: 10 allocations and 3000 bytes for a small GET. It takes 8 and 2890.
func TestAllocations(t *testing.T) {
	if poolsForget {
		t.Skip("pools forget at random under the race detector")
	}
	do := roundTrips(t, hello, get("/hello?lang=en"))
	if n := testing.AllocsPerRun(500, do); n > 10 {
		t.Errorf("%v allocations", n)
	}
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			do()
		}
	})
	if n := r.AllocedBytesPerOp(); n > 3000 {
		t.Errorf("%d bytes", n)
	}
}

// BenchmarkIdle reports what a kept connection holds while it waits. Goroutine
// stacks shrink at garbage collections.
func BenchmarkIdle(b *testing.B) {
	addr, _ := launch(b, &Server{Handler: http.HandlerFunc(hello)})
	const conns = 2000
	before := memory()
	for range b.N {
		for range conns {
			c := dial(b, addr)
			c.SetDeadline(time.Time{})
			c.do(get("/"))
			c.r = nil
		}
	}
	b.ReportMetric(float64(memory()-before)/float64(conns*b.N), "B/conn")
	b.ReportMetric(0, "ns/op")
}

func memory() uint64 {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
