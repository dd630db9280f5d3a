//go:build unix

package adapters

import (
	"context"
	"errors"
	"os"
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
