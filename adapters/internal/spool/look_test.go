package spool_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// LookAhead reads no more than it is asked for, and no more than memory may hold;
// ReadAhead reads on from there.
func TestLookAhead(t *testing.T) {
	const block = 32 << 10
	for _, tt := range []struct {
		limits      spool.Limits
		ask, length int
		want        int // in memory
	}{
		{spool.Limits{}, 2*block + 1, 10 * block, 3 * block},
		{spool.Limits{}, 2 * block, 10 * block, 2 * block},
		{spool.Limits{}, 2 * block, 100, block},
		{spool.Limits{Memory: block + 1}, 2 * block, 10 * block, block},
		{spool.Limits{Memory: -1, File: -1}, 2 * block, 10 * block, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			b, want, sent := pipeBody(tt.length, tt.limits)
			b.LookAhead(int64(tt.ask))
			b.LookAhead(0)
			synctest.Wait()
			if got := b.InMemory(); got != tt.want || b.InFile() != 0 {
				t.Errorf("%+v: %d bytes in memory, %d in a file", tt, got, b.InFile())
			}
			p := make([]byte, tt.length/2)
			if _, err := io.ReadFull(b, p); err != nil || !bytes.Equal(p, want[:len(p)]) {
				t.Errorf("%+v: first half: %v", tt, err)
			}
			if tt.limits.Memory == 0 {
				b.ReadAhead()
				<-sent
			}
			rest, err := io.ReadAll(b)
			if err != nil || !bytes.Equal(rest, want[len(p):]) {
				t.Errorf("%+v: then %d bytes, %v", tt, len(rest), err)
			}
			if err := b.Finish(time.Hour); err != nil {
				t.Errorf("%+v: Finish: %v", tt, err)
			}
		})
	}
}

// panicking is a source with a fault.
type panicking struct{}

func (panicking) Read([]byte) (int, error)        { panic("a fault") }
func (panicking) SetReadDeadline(time.Time) error { return nil }

func recovered(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

// A source that panics costs whoever called it, and the goroutine of ReadAhead
// hands the panic on.
func TestSourcePanics(t *testing.T) {
	var limits spool.Limits
	direct, ahead := new(spool.Body), new(spool.Body)
	direct.Init(panicking{}, &limits)
	ahead.Init(panicking{}, &limits)
	for range 2 {
		if v := recovered(func() { direct.Read(make([]byte, 1)) }); v != "a fault" {
			t.Errorf("Read: recovered %v", v)
		}
	}
	ahead.ReadAhead()
	if _, err := ahead.Read(make([]byte, 1)); err != io.ErrUnexpectedEOF {
		t.Errorf("Read: %v", err)
	}
	err, _ := recovered(func() { ahead.Finish(time.Hour) }).(error)
	if err == nil || !strings.Contains(err.Error(), "a fault") || !strings.Contains(err.Error(), "look_test.go") {
		t.Errorf("Finish: recovered %v", err)
	}
	if err := ahead.Finish(time.Hour); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Finish again: %v", err)
	}
}
