package protocoltest

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// Timed gives f a connection to s, in a world whose clock goes on only while everybody
// waits. Channels have to be made in there to be waited for.
func Timed(t *testing.T, s Server, f func(t *testing.T, front net.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		stage := NewStage(t, s)
		front, back := net.Pipe()
		defer front.Close()
		stage <- back
		f(t, front)
	})
}

// Trickle sends b again and again, with a pause after each, and closes done when that
// fails. A test in [Timed] has to wait for it.
func Trickle(c net.Conn, b []byte, pause time.Duration) (done <-chan struct{}) {
	over := make(chan struct{})
	go func() {
		defer close(over)
		for err := error(nil); err == nil; time.Sleep(pause) {
			_, err = c.Write(b)
		}
	}()
	return over
}

// A SlowReader makes a pause before each read.
type SlowReader struct {
	net.Conn
	Pause time.Duration
}

// Read implements io.Reader.
func (r *SlowReader) Read(p []byte) (int, error) {
	time.Sleep(r.Pause)
	return r.Conn.Read(p)
}
