//go:build unix

package adapters

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A second SIGTERM (mod_fcgid's) is not impatience, a second SIGINT is.
func TestSignals(t *testing.T) {
	for _, tt := range []struct {
		desc string
		send []os.Signal
		want error
	}{
		{"two SIGTERM", []os.Signal{syscall.SIGTERM, syscall.SIGTERM}, context.DeadlineExceeded},
		{"SIGINT and SIGTERM", []os.Signal{os.Interrupt, syscall.SIGTERM}, context.DeadlineExceeded},
		{"two SIGINT", []os.Signal{os.Interrupt, os.Interrupt}, context.Canceled},
	} {
		e := newEvents()
		go func() {
			self, _ := os.FindProcess(os.Getpid())
			e.wait("serve", 1)
			self.Signal(tt.send[0])
			e.wait("shutdown", 1) // or the system would make one of two equal signals
			self.Signal(tt.send[1])
		}()
		grace := "150ms"
		if tt.want == context.Canceled {
			grace = time.Hour.String()
		}
		if err := serve(t.Context(), fakes(e), nil, []string{"slow://127.0.0.1:0?grace=" + grace}); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.desc, err, tt.want)
		}
	}
}

func TestBoundListenersAreClosedWhenOneCannotBind(t *testing.T) {
	e := newEvents()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	path := filepath.Join(t.TempDir(), "s")
	err = serve(t.Context(), fakes(e), nil, []string{"good+unix:" + path, "good://" + taken.Addr().String()})
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("got %v, want address in use", err)
	}
	if _, err := os.Lstat(path); err == nil || len(e.list) > 0 {
		t.Errorf("the first listener was not closed; events %v", e.list)
	}
}

func TestNotify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	e := newEvents()
	ctx, cancel := context.WithCancel(t.Context())
	states := make(chan string, 2)
	go func() {
		for range 2 {
			b := make([]byte, 100)
			n, err := manager.Read(b)
			if err != nil && err != io.EOF {
				t.Error(err)
			}
			states <- string(b[:n])
			cancel()
		}
	}()
	if err := serve(ctx, fakes(e), nil, []string{"good://127.0.0.1:0"}); err != nil {
		t.Fatal(err)
	}
	if first, second := <-states, <-states; first != "READY=1" || second != "STOPPING=1" {
		t.Errorf("got %s, %s", first, second)
	}
}
