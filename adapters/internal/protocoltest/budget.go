package protocoltest

import (
	"net"
	"sync/atomic"
	"testing"
)

// Counted is a listener that counts the calls on its connections.
type Counted struct {
	net.Listener
	reads, writes atomic.Int64
}

func (l *Counted) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return &countedConn{c, l}, err
}

type countedConn struct {
	net.Conn
	l *Counted
}

func (c *countedConn) Read(p []byte) (int, error) {
	c.l.reads.Add(1)
	return c.Conn.Read(p)
}

func (c *countedConn) Write(p []byte) (int, error) {
	c.l.writes.Add(1)
	return c.Conn.Write(p)
}

// OneReadOneWrite checks that a small request on a kept connection takes the
// server no more than that. do sends one and reads its answer.
func (l *Counted) OneReadOneWrite(t *testing.T, do func()) {
	t.Helper()
	do()
	const requests = 200
	l.reads.Store(0)
	l.writes.Store(0)
	for range requests {
		do()
	}
	// A handler that the scheduler kept for milliseconds was watched, and each
	// watch that was ended is one more read: on a busy machine that is many a one.
	if n := l.reads.Load(); n > requests+requests/2 {
		t.Errorf("%d reads for %d requests", n, requests)
	}
	if n := l.writes.Load(); n != requests {
		t.Errorf("%d writes for %d requests", n, requests)
	}
}

// Budget checks what a request allocates, at both ends.
func Budget(t *testing.T, do func(), allocations float64, bytes int64) {
	t.Helper()
	if PoolsForget {
		t.Skip("pools forget at random under the race detector")
	}
	if n := testing.AllocsPerRun(500, do); n > allocations {
		t.Errorf("%v allocations", n)
	}
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			do()
		}
	})
	if n := r.AllocedBytesPerOp(); n > bytes {
		t.Errorf("%d bytes", n)
	}
}
