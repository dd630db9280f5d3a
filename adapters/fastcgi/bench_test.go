package fastcgi

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"
)

// roundTrips returns a function that sends one request and reads its answer, of
// which all are of the same length.
func roundTrips(t testing.TB, h http.HandlerFunc, request []byte) func() {
	addr, _ := launch(t, &Server{Handler: h})
	c := dial(t, addr)
	c.SetDeadline(time.Time{})
	c.r = bufio.NewReaderSize(c.Conn, 256<<10)
	size := 0
	c.send(request)
	for {
		rep, err := c.next()
		if err != nil {
			t.Fatal(err)
		}
		size += headerLen + rep.size()
		if rep.kind == typeEndRequest {
			break
		}
	}
	return func() {
		c.send(request)
		if _, err := c.r.Discard(size); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	do := roundTrips(b, hello, get("/hello?lang=en"))
	b.ReportAllocs()
	for b.Loop() {
		do()
	}
}

func BenchmarkPost1K(b *testing.B) {
	do := roundTrips(b, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		hello(w, r)
	}, post(string(make([]byte, 1<<10))))
	b.ReportAllocs()
	for b.Loop() {
		do()
	}
}

func BenchmarkAnswer1M(b *testing.B) {
	page := make([]byte, 1<<20)
	for _, size := range []int{4 << 10, 32 << 10, 1 << 20} {
		b.Run(byteSize(size), func(b *testing.B) {
			do := roundTrips(b, func(w http.ResponseWriter, r *http.Request) {
				for n := 0; n < len(page); n += size {
					w.Write(page[n : n+size])
				}
			}, get("/"))
			b.ReportAllocs()
			b.SetBytes(int64(len(page)))
			for b.Loop() {
				do()
			}
		})
	}
}

func byteSize(n int) string {
	if n >= 1<<20 {
		return "write=1M"
	}
	return "write=" + string(rune('0'+n>>10/10)) + string(rune('0'+n>>10%10)) + "K"
}

// replay is a connection on which the same request comes again and again, and
// nobody reads the answers: what is left is this package's own time. It is its
// own listener, too.
type replay struct {
	net.Conn
	request []byte
	n       int         // how often it still comes
	busy    atomic.Bool // it has not been answered
	conns   chan net.Conn
}

func (c *replay) Read(p []byte) (int, error) {
	if c.busy.Swap(true) {
		return 0, os.ErrDeadlineExceeded // that was the watch
	}
	if c.n--; c.n < 0 {
		return 0, io.EOF
	}
	return copy(p, c.request), nil
}

func (c *replay) Write(p []byte) (int, error) {
	c.busy.Store(false)
	return len(p), nil
}

func (c *replay) SetReadDeadline(time.Time) error  { return nil }
func (c *replay) SetWriteDeadline(time.Time) error { return nil }
func (c *replay) LocalAddr() net.Addr              { return c.Addr() }
func (c *replay) RemoteAddr() net.Addr             { return c.Addr() }
func (c *replay) Addr() net.Addr                   { return &net.UnixAddr{Net: "unix"} }

// Accept returns the connection, and ends the server when that is closed.
func (c *replay) Accept() (net.Conn, error) {
	if conn, ok := <-c.conns; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}

func (c *replay) Close() error {
	if c.n < 0 {
		c.n = 0
		close(c.conns)
	}
	return nil
}

// BenchmarkOwn is BenchmarkGet without the sockets.
func BenchmarkOwn(b *testing.B) {
	c := &replay{request: get("/hello?lang=en"), n: b.N, conns: make(chan net.Conn, 1)}
	c.conns <- c
	b.ReportAllocs()
	(&Server{Handler: http.HandlerFunc(hello)}).Serve(c)
}
