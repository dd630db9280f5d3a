package netbuf_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/netbuf"
)

// big is more than a socket takes from a peer that does not read.
var big = bytes.Repeat([]byte("0123456789abcde\n"), 1<<20)

func eachWriter(t *testing.T, f func(t *testing.T, w *netbuf.Writer, before *func(), us, peer net.Conn)) {
	for name, pair := range pairs {
		t.Run(name, func(t *testing.T) {
			us, peer := pair(t)
			before := func() {}
			w := new(netbuf.Writer)
			w.Init(us, func() { before() })
			f(t, w, &before, us, peer)
		})
	}
}

func TestWrite(t *testing.T) {
	eachWriter(t, func(t *testing.T, w *netbuf.Writer, before *func(), us, peer net.Conn) {
		start := make(chan bool) // of the reading
		*before = sync.OnceFunc(func() { close(start) })
		got := make(chan []byte)
		go func() {
			<-start
			b, _ := io.ReadAll(peer)
			got <- b
		}()
		if n, err := w.Write(big); n != len(big) || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
		us.Close()
		if !bytes.Equal(<-got, big) {
			t.Error("not what was written has arrived")
		}
	})
}

func TestWriteWithoutWait(t *testing.T) {
	us, peer := sockets(t)
	var w netbuf.Writer
	w.Init(us, func() { t.Error("a wait was announced") })
	for range 3 {
		if n, err := w.Write([]byte("abc")); n != 3 || err != nil {
			t.Fatalf("got %d, %v", n, err)
		}
		if _, err := io.ReadFull(peer, make([]byte, 3)); err != nil {
			t.Fatal(err)
		}
	}
}

// Each wait is announced if something got through since the last one, so that a
// deadline can be that of the progress and not of the whole.
func TestWriteProgress(t *testing.T) {
	us, peer := sockets(t)
	waits := make(chan bool, len(big))
	var w netbuf.Writer
	w.Init(us, func() {
		us.SetWriteDeadline(time.Now().Add(time.Minute)) // that this test ends if it fails
		waits <- true
	})
	go func() {
		for range waits { // no more than that is read before the next one
			io.CopyN(io.Discard, peer, int64(len(big)/16))
		}
	}()
	if n, err := w.Write(big); n != len(big) || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
	close(waits)
}

// A socket that was full is writable long before it says so: a deadline that passes
// for nothing is not the end, since the next try may find room.
func TestWriteFullSocket(t *testing.T) {
	for desc, write := range map[string]func(w *netbuf.Writer, p []byte) error{
		"one buffer": func(w *netbuf.Writer, p []byte) error { _, err := w.Write(p); return err },
		"several":    func(w *netbuf.Writer, p []byte) error { return w.WriteAll(&net.Buffers{p[:100], p[100:]}) },
	} {
		t.Run(desc, func(t *testing.T) {
			us, peer := sockets(t)
			var w netbuf.Writer
			calls, p := 0, make([]byte, 128<<10)
			w.Init(us, func() {
				us.SetWriteDeadline(time.Now().Add(time.Millisecond))
				if calls++; calls%3 == 0 { // and nothing is read while it waits
					peer.Read(p)
				}
			})
			if err := write(&w, big[:4<<20]); err != nil {
				t.Error(err)
			}
		})
	}
}

// A deadline that passes while the peer reads is followed by another.
func TestWriteSlowly(t *testing.T) {
	for desc, write := range map[string]func(w *netbuf.Writer) error{
		"one buffer": func(w *netbuf.Writer) error {
			n, err := w.Write(big[:1<<20])
			if n != 1<<20 {
				t.Errorf("wrote %d bytes", n)
			}
			return err
		},
		"several": func(w *netbuf.Writer) error {
			return w.WriteAll(&net.Buffers{big[:100], big[100 : 1<<19], big[1<<19 : 1<<20]})
		},
	} {
		t.Run(desc, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				us, peer := net.Pipe()
				var w netbuf.Writer
				w.Init(us, func() { us.SetWriteDeadline(time.Now().Add(time.Minute)) })
				var got bytes.Buffer
				go func() {
					for got.Len() < 1<<20 {
						time.Sleep(time.Minute - 1)
						io.CopyN(&got, peer, 16<<10)
					}
				}()
				if err := write(&w); err != nil {
					t.Error(err)
				}
				synctest.Wait()
				if !bytes.Equal(got.Bytes(), big[:1<<20]) {
					t.Errorf("not what was written has arrived: %d bytes", got.Len())
				}
				if err := w.WriteAll(&net.Buffers{big}); !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("the peer reads no more: got %v", err)
				}
			})
		})
	}
}

// A deadline that is set at the last moment is one.
func TestWriteDeadline(t *testing.T) {
	eachWriter(t, func(t *testing.T, w *netbuf.Writer, before *func(), us, peer net.Conn) {
		*before = func() { us.SetWriteDeadline(time.Now().Add(time.Millisecond)) }
		n, err := w.Write(big)
		if !errors.Is(err, os.ErrDeadlineExceeded) || n == 0 || n == len(big) {
			t.Errorf("got %d, %v", n, err)
		}
	})
}

func TestWriteFails(t *testing.T) {
	eachWriter(t, func(t *testing.T, w *netbuf.Writer, before *func(), us, peer net.Conn) {
		peer.Close()
		var ne net.Error
		if n, err := w.Write(big); n != 0 || !errors.As(err, &ne) || ne.Timeout() {
			t.Errorf("peer closed: got %d, %v", n, err)
		}
		us.Close()
		if _, err := w.Write(big); !errors.Is(err, net.ErrClosed) {
			t.Errorf("closed: got %v", err)
		}
	})
}

// What fails on a connection without a buffer fails as the net.Conn would have.
func TestReadFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	peer, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	us, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer us.Close()
	peer.(*net.TCPConn).SetLinger(0)
	peer.Close() // a reset
	var r netbuf.Reader
	r.Init(us)
	var ne net.Error
	if err := r.Fill(); !errors.As(err, &ne) || ne.Timeout() {
		t.Errorf("got %v", err)
	}
}
