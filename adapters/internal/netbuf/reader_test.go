package netbuf_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/iotest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/netbuf"
)

// pairs are both ways of waiting: on a socket, and on something around one.
var pairs = map[string]func(t *testing.T) (us, peer net.Conn){
	"socket":  sockets,
	"wrapped": func(t *testing.T) (us, peer net.Conn) { us, peer = sockets(t); return struct{ net.Conn }{us}, peer },
}

func sockets(t *testing.T) (us, peer net.Conn) {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if peer, err = net.Dial("unix", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if us, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { us.Close(); peer.Close() })
	us.SetDeadline(time.Now().Add(time.Minute))
	return us, peer
}

func each(t *testing.T, f func(t *testing.T, r *netbuf.Reader, us, peer net.Conn)) {
	for name, pair := range pairs {
		t.Run(name, func(t *testing.T) {
			us, peer := pair(t)
			r := new(netbuf.Reader)
			r.Init(us)
			f(t, r, us, peer)
		})
	}
}

func TestRead(t *testing.T) {
	each(t, func(t *testing.T, r *netbuf.Reader, us, peer net.Conn) {
		text := bytes.Repeat([]byte("0123456789abcde\n"), 5000)
		go func() { peer.Write(text); peer.Close() }()
		if err := iotest.TestReader(r, text); err != nil {
			t.Error(err)
		}
	})
}

func TestPeekAndDiscard(t *testing.T) {
	each(t, func(t *testing.T, r *netbuf.Reader, us, peer net.Conn) {
		peer.Write([]byte("abcdefg"))
		for _, want := range []string{"abc", "def"} {
			got, err := r.Peek(3)
			if err != nil || string(got) != want {
				t.Fatalf("got %q, %v, want %q", got, err, want)
			}
			r.Discard(3)
		}
		if got := r.Buffered(); string(got) != "g" {
			t.Errorf("buffered: %q", got)
		}
		if _, err := r.Peek(netbuf.Size + 1); !errors.Is(err, netbuf.ErrTooLong) {
			t.Errorf("Peek of too much: %v", err)
		}
		peer.Close()
		if _, err := r.Peek(2); err != io.ErrUnexpectedEOF {
			t.Errorf("Peek past the end: %v", err)
		}
		r.Discard(1)
		if _, err := r.Peek(1); err != io.EOF {
			t.Errorf("Peek at the end: %v", err)
		}
	})
}

// A full buffer makes room for what Peek was asked for, wherever that begins.
func TestPeekAcrossTheEnd(t *testing.T) {
	each(t, func(t *testing.T, r *netbuf.Reader, us, peer net.Conn) {
		text := bytes.Repeat([]byte("0123456789abcdef"), 3*netbuf.Size/16)
		go peer.Write(text)
		for step := 1; len(text) > netbuf.Size; step = (step*3 + 1) % 4000 {
			got, err := r.Peek(netbuf.Size)
			if err != nil || !bytes.Equal(got, text[:netbuf.Size]) {
				t.Fatalf("%d bytes before the end: wrong, %v", len(text), err)
			}
			r.Discard(step)
			text = text[step:]
		}
	})
}

// A deadline interrupts and loses nothing; reading goes on after it.
func TestDeadline(t *testing.T) {
	each(t, func(t *testing.T, r *netbuf.Reader, us, peer net.Conn) {
		peer.Write([]byte("ab"))
		if _, err := r.Peek(2); err != nil {
			t.Fatal(err)
		}
		us.SetReadDeadline(time.Unix(1, 0))
		if _, err := r.Peek(4); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("got %v", err)
		}
		us.SetReadDeadline(time.Now().Add(time.Minute))
		peer.Write([]byte("cd"))
		if got, err := r.Peek(4); string(got) != "abcd" {
			t.Errorf("got %q, %v", got, err)
		}
		r.Discard(4)
		us.SetReadDeadline(time.Unix(1, 0))
		if err := r.Fill(); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		us.SetReadDeadline(time.Time{})
		go peer.Write([]byte("e"))
		if err := r.Fill(); err != nil || string(r.Buffered()) != "e" {
			t.Errorf("got %q, %v", r.Buffered(), err)
		}
	})
}

func TestClosed(t *testing.T) {
	each(t, func(t *testing.T, r *netbuf.Reader, us, peer net.Conn) {
		us.Close()
		for range 2 {
			if err := r.Fill(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("got %v", err)
			}
		}
	})
}

// What makes the package worth its while: a reader that waits holds no buffer.
func TestWaitingHoldsNothing(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no waiting without a buffer here")
	}
	const readers = 100
	held := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // twice: pools keep what they hold for one
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	done := make(chan bool)
	var conns []net.Conn
	var all [readers]netbuf.Reader
	for i := range all {
		us, peer := sockets(t)
		peer.Write([]byte("a request"))
		all[i].Init(us)
		all[i].Fill()
		all[i].Discard(len(all[i].Buffered()))
		conns = append(conns, us)
	}
	before := held()
	for i := range all {
		go func() { all[i].Fill(); done <- true }()
	}
	for waiting := 0; waiting < readers; runtime.Gosched() {
		buf := make([]byte, 4<<20)
		waiting = bytes.Count(buf[:runtime.Stack(buf, true)], []byte("[IO wait]"))
	}
	if after := held(); after > before+readers*netbuf.Size/4 {
		t.Errorf("%d readers hold %d bytes", readers, after-before)
	}
	for _, c := range conns {
		c.Close()
		<-done
	}
}
