package serve_test

import (
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// overtaking is a connection on which something happens between the decision for
// a write's deadline and its setting.
type overtaking struct {
	net.Conn
	during func()
	begun  atomic.Bool

	mu   sync.Mutex
	last time.Time
}

func (c *overtaking) SetWriteDeadline(t time.Time) error {
	if c.begun.CompareAndSwap(false, true) {
		c.during()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = t
	return nil
}

func (c *overtaking) Write(p []byte) (int, error) { return len(p), nil }

// A deadline that the handler sets while a write begins is not replaced by the
// server's timeout: the write would wait as if nobody had said anything.
func TestDeadlineDuringWrite(t *testing.T) {
	t.Parallel()
	var s serve.Sender
	want := time.Unix(1, 0)
	set := make(chan error, 1)
	conn := new(overtaking)
	conn.during = func() {
		go func() { set <- s.SetDeadline(want) }()
		for range 1000 { // let it come first, if it can
			runtime.Gosched()
		}
	}
	s.Init(&serve.Conn{Conn: conn}, time.Minute, func(error) {})
	if err := s.Answer([]byte("x")); err != nil {
		t.Error(err)
	}
	if err := <-set; err != nil {
		t.Error(err)
	}
	if conn.last != want {
		t.Errorf("the deadline is %v, want %v", conn.last, want)
	}
}
