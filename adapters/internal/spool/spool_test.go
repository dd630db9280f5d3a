package spool_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// source gives a plain reader the deadline that a Source has. It counts its reads.
type source struct {
	io.Reader
	reads int
}

func (s *source) Read(p []byte) (int, error) {
	s.reads++
	return s.Reader.Read(p)
}

func (s *source) SetReadDeadline(time.Time) error { return nil }

func newBody(r io.Reader, limits spool.Limits) (*spool.Body, *source) {
	src := &source{Reader: r}
	b := new(spool.Body)
	b.Init(src, &limits)
	return b, src
}

// pipeBody is a body of n bytes that comes over a connection without a buffer,
// as from a server that goes on only when we have read: sent is closed when
// everything was read.
func pipeBody(n int, limits spool.Limits) (b *spool.Body, want []byte, sent chan struct{}) {
	us, peer := net.Pipe()
	want = make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(want)
	sent = make(chan struct{})
	go func() {
		defer close(sent)
		if n > 0 { // net.Pipe waits for a reader of nothing, too
			peer.Write(want)
		}
		peer.Close()
	}()
	b = new(spool.Body)
	b.Init(&spool.Sized{Source: us, N: int64(n)}, &limits)
	return b, want, sent
}

func TestReadsTheSourceDirectly(t *testing.T) {
	b, src := newBody(iotest.DataErrReader(strings.NewReader("hello")), spool.Limits{})
	p := make([]byte, 3)
	for _, want := range []string{"hel", "lo"} {
		if n, err := b.Read(p); string(p[:n]) != want || err != nil && want != "lo" {
			t.Errorf("got %q, %v, want %q", p[:n], err, want)
		}
	}
	b.ReadAhead() // nothing is left, so that there is nothing to start
	for range 2 {
		if n, err := b.Read(p); n != 0 || err != io.EOF {
			t.Errorf("at the end: got %d, %v", n, err)
		}
	}
	if err := b.Finish(time.Hour); err != nil {
		t.Errorf("Finish: %v", err)
	}
	if src.reads != 2 {
		t.Errorf("the source was read %d times, want 2", src.reads)
	}
}

// The deadlock of Apache's mod_cgi and mod_proxy_scgi: the peer wants to get rid
// of all of the body before it reads anything.
func TestReadAheadTakesEverything(t *testing.T) {
	for _, n := range []int{1, 32 << 10, 256 << 10, 256<<10 + 1, 3 << 20} {
		dir := t.TempDir()
		b, want, sent := pipeBody(n, spool.Limits{Dir: dir})
		b.ReadAhead()
		b.ReadAhead()
		<-sent
		if m := b.InMemory(); m > 256<<10 {
			t.Errorf("%d bytes: %d in memory", n, m)
		}
		got, err := io.ReadAll(b)
		if files, _ := os.ReadDir(dir); len(files) != 0 && os.PathSeparator == '/' {
			t.Errorf("%d bytes: the file %s has a name", n, files[0].Name())
		}
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: got %d bytes, %v", n, len(got), err)
		}
		if b.InMemory() != 0 || b.InFile() != 0 {
			t.Errorf("%d bytes: not given back", n)
		}
		if err := b.Finish(0); err != nil {
			t.Errorf("%d bytes: Finish: %v", n, err)
		}
	}
}

// Whatever the interleaving of peer, goroutine and handler, the handler gets the
// same bytes, and memory stays within its bound.
func TestAnyInterleaving(t *testing.T) {
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		n := rnd.IntN(2 << 20)
		limits := spool.Limits{Dir: t.TempDir(), Memory: (1 + rnd.IntN(4)) * 32 << 10}
		b, want, _ := pipeBody(n, limits)
		startAt, hash, total := rnd.IntN(n+1), sha256.New(), 0
		for {
			if total >= startAt {
				b.ReadAhead()
			}
			if m := b.InMemory(); m > limits.Memory {
				t.Fatalf("seed %d: %d bytes in memory, limit %d", seed, m, limits.Memory)
			}
			p := make([]byte, 1+rnd.IntN(100<<10))
			m, err := b.Read(p)
			hash.Write(p[:m])
			total += m
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		if sum := sha256.Sum256(want); total != n || !bytes.Equal(hash.Sum(nil), sum[:]) {
			t.Fatalf("seed %d: got %d of %d bytes, or others", seed, total, n)
		}
		if err := b.Finish(time.Minute); err != nil {
			t.Fatalf("seed %d: Finish: %v", seed, err)
		}
	}
}

// Reads of several goroutines share the body, each byte going to one of them.
func TestConcurrentReads(t *testing.T) {
	const n = 1 << 20
	b, _, _ := pipeBody(n, spool.Limits{Dir: t.TempDir()})
	counts := make(chan int64)
	for range 4 {
		go func() {
			m, _ := io.Copy(io.Discard, b)
			counts <- m
		}()
	}
	b.ReadAhead()
	var total int64
	for range 4 {
		total += <-counts
	}
	if total != n {
		t.Errorf("got %d bytes, want %d", total, n)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestBrokenOff(t *testing.T) {
	for _, ahead := range []bool{false, true} {
		b, _ := newBody(nil, spool.Limits{})
		b.Init(&spool.Sized{Source: &source{Reader: strings.NewReader("hello")}, N: 6}, &spool.Limits{})
		if ahead {
			b.ReadAhead()
		}
		if got, err := io.ReadAll(b); string(got) != "hello" || err != io.ErrUnexpectedEOF {
			t.Errorf("ahead %v: got %q, %v", ahead, got, err)
		}
		if err := b.Finish(time.Hour); err != io.ErrUnexpectedEOF {
			t.Errorf("ahead %v: Finish: %v", ahead, err)
		}
	}
}

func TestSizedLeavesTheRest(t *testing.T) {
	rest := strings.NewReader("bodyNEXT")
	b, _ := newBody(nil, spool.Limits{})
	b.Init(&spool.Sized{Source: &source{Reader: rest}, N: 4}, &spool.Limits{})
	if got, err := io.ReadAll(b); string(got) != "body" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if next, _ := io.ReadAll(rest); string(next) != "NEXT" {
		t.Errorf("left %q", next)
	}
}

// A timeout is not the end: the handler may set another deadline.
func TestDeadline(t *testing.T) {
	for _, ahead := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			us, peer := net.Pipe()
			b := new(spool.Body)
			b.Init(us, &spool.Limits{})
			if ahead {
				b.ReadAhead()
			}
			us.SetReadDeadline(time.Now().Add(time.Second))
			p := make([]byte, 10)
			if _, err := b.Read(p); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("ahead %v: got %v", ahead, err)
			}
			us.SetReadDeadline(time.Time{})
			if ahead {
				b.ReadAhead()
			}
			go func() { peer.Write([]byte("late")); peer.Close() }()
			if got, err := io.ReadAll(b); string(got) != "late" || err != nil {
				t.Errorf("ahead %v: got %q, %v", ahead, got, err)
			}
		})
	}
}

func TestClose(t *testing.T) {
	for _, ahead := range []bool{false, true} {
		b, _, sent := pipeBody(1<<20, spool.Limits{Dir: t.TempDir()})
		if ahead {
			b.ReadAhead()
		}
		if _, err := io.ReadFull(b, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		b.Close()
		b.Close()
		if _, err := b.Read(make([]byte, 1)); err != http.ErrBodyReadAfterClose {
			t.Errorf("ahead %v: got %v", ahead, err)
		}
		b.ReadAhead() // the peer has to be read all the same
		<-sent
		if b.InMemory() != 0 || b.InFile() != 0 {
			t.Errorf("ahead %v: kept after Close", ahead)
		}
		if err := b.Finish(0); err != nil {
			t.Errorf("ahead %v: Finish: %v", ahead, err)
		}
	}
}

func TestZeroBody(t *testing.T) {
	var b spool.Body
	b.ReadAhead()
	if err := b.Finish(0); err != nil {
		t.Error(err)
	}
}

func TestAllocations(t *testing.T) {
	b, _ := newBody(zeros{}, spool.Limits{})
	p := make([]byte, 100)
	if n := testing.AllocsPerRun(100, func() { b.Read(p) }); n != 0 {
		t.Errorf("Read: got %v allocations, want 0", n)
	}
}
