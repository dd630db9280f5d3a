package spool_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/iotest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

func TestBodyLimit(t *testing.T) {
	for _, ahead := range []bool{false, true} {
		for _, n := range []int{0, 99, 100, 101, 1 << 20} {
			b, want, sent := pipeBody(n, spool.Limits{Body: 100})
			if ahead {
				b.ReadAhead()
				<-sent // the rest is discarded, the peer must not wait
			}
			got, err := io.ReadAll(b)
			var tooMuch *http.MaxBytesError
			if errors.As(err, &tooMuch) != (n > 100) || tooMuch != nil && tooMuch.Limit != 100 {
				t.Errorf("%d bytes, ahead %v: got error %v", n, ahead, err)
			}
			if !bytes.Equal(got, want[:min(n, 100)]) {
				t.Errorf("%d bytes, ahead %v: got %d bytes", n, ahead, len(got))
			}
			if _, again := b.Read(make([]byte, 1)); n > 100 && again != err {
				t.Errorf("%d bytes, ahead %v: then %v", n, ahead, again)
			}
			if err := b.Finish(time.Minute); err != nil {
				t.Errorf("%d bytes, ahead %v: Finish: %v", n, ahead, err)
			}
			<-sent
		}
	}
}

func TestDiscardLimit(t *testing.T) {
	endless := func() io.Reader { return iotest.OneByteReader(zeros{}) }
	b, src := newBody(endless(), spool.Limits{Discard: 1000})
	if err := b.Finish(time.Hour); err == nil || src.reads != 1001 {
		t.Errorf("Finish: got %v after %d reads, want an error after 1001", err, src.reads)
	}
	b, src = newBody(endless(), spool.Limits{Body: 10, Discard: 1000})
	b.ReadAhead()
	if got, err := io.ReadAll(b); len(got) != 10 || err == nil {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	if err := b.Finish(time.Hour); err == nil || src.reads != 1011 {
		t.Errorf("Finish after ReadAhead: got %v after %d reads, want an error after 1011", err, src.reads)
	}
}

func TestFileLimits(t *testing.T) {
	tests := []struct {
		desc   string
		limits spool.Limits
		want   int
	}{
		{"file full", spool.Limits{File: 64 << 10, Dir: t.TempDir()}, 256<<10 + 64<<10},
		{"no file", spool.Limits{File: -1}, 256 << 10},
		{"nothing", spool.Limits{Memory: -1, File: -1}, 0},
		{"no such folder", spool.Limits{Dir: t.TempDir() + "/no"}, 256 << 10},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			b, want, sent := pipeBody(1<<20, tt.limits)
			b.ReadAhead()
			<-sent
			got, err := io.ReadAll(b)
			if err == nil || !bytes.Equal(got, want[:tt.want]) {
				t.Errorf("got %d bytes, %v, want %d and an error", len(got), err, tt.want)
			}
			if err := b.Finish(time.Minute); err != nil {
				t.Errorf("Finish: %v", err)
			}
		})
	}
}

// The file does not grow for ever under a handler that keeps up.
func TestFileStartsAnew(t *testing.T) {
	us, peer := net.Pipe()
	b := new(spool.Body)
	b.Init(us, &spool.Limits{Memory: 1, File: 4096, Dir: t.TempDir()})
	b.ReadAhead()
	p := make([]byte, 4096)
	for range 10 {
		peer.Write(p)
		if _, err := io.ReadFull(b, p); err != nil {
			t.Fatal(err)
		}
	}
	peer.Close()
	if _, err := b.Read(p); err != io.EOF {
		t.Errorf("got %v", err)
	}
}
