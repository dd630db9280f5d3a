package protocoltest

import (
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
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

// Messages has s serve a socket that keeps the bounds of messages, and returns a
// function that connects to it. Package netbuf makes the calls on it itself, as on
// other sockets, so that they cannot be counted as those on a [Counted].
func Messages(t *testing.T, s Server) (dial func() net.Conn) {
	t.Helper()
	l, err := net.Listen("unixpacket", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Skip(err) // Linux has such sockets, and few others
	}
	Serve(t, s, l)
	return func() net.Conn {
		t.Helper()
		c, err := net.Dial("unixpacket", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(Patience))
		return c
	}
}

// OneMessageEach checks that a request takes the server one read, since what that
// leaves of a message is lost, and the answer one write, since each is a message.
func OneMessageEach(t *testing.T, c net.Conn, request []byte, beginning, end string) {
	t.Helper()
	if _, err := c.Write(request); err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 64<<10)
	n, err := c.Read(p)
	if got := string(p[:n]); err != nil || !strings.HasPrefix(got, beginning) || !strings.HasSuffix(got, end) {
		t.Errorf("got %q, %v", got, err)
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
