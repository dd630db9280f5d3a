package protocoltest

import (
	"net"
	"testing"
	"testing/synctest"
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
