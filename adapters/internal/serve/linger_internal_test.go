package serve

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

// endless counts what is read of it.
type endless int64

func (n *endless) Read(p []byte) (int, error) {
	*n += endless(len(p))
	return len(p), nil
}

// F27, golang/go#4183: the end of a connection waits for a peer that is still
// sending, but neither for ever nor for whatever it sends.
func TestLinger(t *testing.T) {
	t.Parallel()
	tests := []struct {
		desc string
		peer func(c net.Conn) (done <-chan struct{})
		want time.Duration
	}{
		{"silent", func(c net.Conn) <-chan struct{} { return protocoltest.Trickle(c, []byte("x"), time.Hour) }, DrainTime},
		{"slow", func(c net.Conn) <-chan struct{} { return protocoltest.Trickle(c, []byte("x"), time.Second) }, DrainTime},
		{"gone", func(c net.Conn) <-chan struct{} {
			time.AfterFunc(time.Second, func() { c.Close() })
			return protocoltest.Trickle(c, []byte("x"), time.Hour)
		}, time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				us, peer := net.Pipe()
				var d Deadlines
				d.Init(us, new(Timeouts))
				done := tt.peer(peer)
				start := time.Now()
				(&Conn{Conn: us}).Linger(&d, us)
				if got := time.Since(start); got != tt.want {
					t.Errorf("waited %v, want %v", got, tt.want)
				}
				us.Close()
				<-done
			})
		})
	}
	t.Run("much", func(t *testing.T) {
		us, _ := net.Pipe()
		var d Deadlines
		d.Init(us, new(Timeouts))
		var sent endless
		(&Conn{Conn: us}).Linger(&d, &sent)
		if sent != drainBytes {
			t.Errorf("%d bytes read", sent)
		}
	})
}
