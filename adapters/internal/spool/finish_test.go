package spool_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

func TestFinishDrains(t *testing.T) {
	b, _, sent := pipeBody(1<<20, spool.Limits{})
	if err := b.Finish(time.Minute); err != nil {
		t.Error(err)
	}
	<-sent
	if _, err := b.Read(make([]byte, 1)); err != http.ErrBodyReadAfterClose {
		t.Errorf("Read afterwards: %v", err)
	}
}

// A peer that sends no more, or too slowly, is given up after the time.
func TestFinishGivesUp(t *testing.T) {
	for _, ahead := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			us, peer := net.Pipe()
			stopped := make(chan struct{})
			go func() {
				defer close(stopped)
				for {
					if _, err := peer.Write([]byte("x")); err != nil {
						return
					}
					time.Sleep(time.Second)
				}
			}()
			b := new(spool.Body)
			b.Init(us, &spool.Limits{})
			if ahead {
				b.ReadAhead()
			}
			start := time.Now()
			if err := b.Finish(10 * time.Second); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("ahead %v: got %v", ahead, err)
			}
			if d := time.Since(start); d != 10*time.Second {
				t.Errorf("ahead %v: after %v", ahead, d)
			}
			us.Close()
			<-stopped
		})
	}
}

// A goroutine of the handler's that is still reading does not keep the request
// from its end, and gets no byte of the next one.
func TestFinishInterruptsReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		us, peer := net.Pipe()
		b := new(spool.Body)
		b.Init(us, &spool.Limits{})
		read := make(chan error)
		for range 2 {
			go func() {
				_, err := b.Read(make([]byte, 10))
				read <- err
			}()
		}
		synctest.Wait()
		if err := b.Finish(time.Second); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Finish: %v", err)
		}
		for range 2 { // one was in the source, the other waited for it
			if err := <-read; !errors.Is(err, os.ErrDeadlineExceeded) && err != http.ErrBodyReadAfterClose {
				t.Errorf("reader got %v", err)
			}
		}
		us.SetReadDeadline(time.Time{})
		go peer.Write([]byte("next"))
		p := make([]byte, 4)
		if _, err := io.ReadFull(us, p); err != nil || string(p) != "next" {
			t.Errorf("the next request: %q, %v", p, err)
		}
	})
}

// A source without deadlines (a pipe on descriptor 0) cannot be interrupted, so
// that Finish must not wait for it.
func TestFinishWithoutDeadlines(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	b := new(spool.Body)
	b.Init(noDeadline{r}, &spool.Limits{})
	b.ReadAhead()
	if err := b.Finish(time.Hour); err != os.ErrNoDeadline {
		t.Errorf("got %v", err)
	}
}

// A connection that is closed already sets no deadline either, but its reads end.
func TestFinishAfterTheConnectionWasClosed(t *testing.T) {
	us, peer := net.Pipe()
	defer peer.Close()
	us.Close()
	b := new(spool.Body)
	b.Init(us, &spool.Limits{})
	b.ReadAhead()
	if err := b.Finish(time.Hour); err != io.ErrClosedPipe {
		t.Errorf("got %v", err)
	}
}

type noDeadline struct{ io.Reader }

func (noDeadline) SetReadDeadline(time.Time) error { return os.ErrNoDeadline }
