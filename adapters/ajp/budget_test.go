package ajp

import (
	"bufio"
	"net"
	"net/http"
	"path/filepath"
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
	c.greeted()
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

// roundTrips returns a function that sends one request and reads its answer, of
// which all are of the same length.
func roundTrips(t testing.TB, h http.HandlerFunc, request []byte) func() {
	addr, _ := launch(t, &Server{Handler: h})
	c := dial(t, addr)
	c.SetDeadline(time.Time{})
	c.r = bufio.NewReaderSize(c.Conn, 256<<10)
	size := 0
	c.send(request)
	for kind := packetType(0); kind != typeEndResponse; {
		var r *reader
		var err error
		if kind, r, err = c.next(); err != nil {
			t.Fatal(err)
		}
		size += headerLen + 1 + len(r.b)
	}
	return func() {
		c.send(request)
		if _, err := c.r.Discard(size); err != nil {
			t.Fatal(err)
		}
	}
}

// The budget: 9 allocations and 3 kB for a small GET.
func TestAllocations(t *testing.T) {
	if poolsForget {
		t.Skip("pools forget at random under the race detector")
	}
	do := roundTrips(t, hello, get("/hello"))
	if n := testing.AllocsPerRun(500, do); n > 9 {
		t.Errorf("%v allocations", n)
	}
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			do()
		}
	})
	if n := r.AllocedBytesPerOp(); n > 3072 {
		t.Errorf("%d bytes", n)
	}
}

func BenchmarkGet(b *testing.B) {
	do := roundTrips(b, hello, get("/hello"))
	b.ReportAllocs()
	for b.Loop() {
		do()
	}
}

func BenchmarkAnswer1M(b *testing.B) {
	page := make([]byte, 1<<20)
	do := roundTrips(b, func(w http.ResponseWriter, r *http.Request) { w.Write(page) }, get("/"))
	b.ReportAllocs()
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		do()
	}
}
