package serve

import (
	"context"
	"net"
	"sync/atomic"
	"time"
)

// Conn is an accepted connection, known to its [Core] until its goroutine ends.
//
// A protocol tells it where requests begin and end, which is all that a
// graceful shutdown has to know. Nothing here takes a lock.
type Conn struct {
	net.Conn
	core   *Core
	cancel context.CancelFunc // nil without a ConnContext
	state  atomic.Int32
}

// The states of a connection. Only Shutdown and Close move one to closed.
const (
	fresh  int32 = iota // accepted, or a request was announced, and not one byte of that has come
	active              // in a request
	idle                // between two requests
	closed
)

// Begin says that the first bytes of a request have come. It reports false when
// the server has closed the connection meanwhile: then there is nobody to
// answer, and the protocol returns.
func (c *Conn) Begin() bool {
	return c.state.CompareAndSwap(idle, active) || c.state.CompareAndSwap(fresh, active) ||
		c.state.Load() == active
}

// Expect says that the peer asked whether it may send a request, and is about to
// be told so: Shutdown leaves the connection as much time as a new one, since a
// front server that has an answer takes the close for a failure. It reports false
// when the server has closed the connection.
func (c *Conn) Expect() bool {
	return c.state.CompareAndSwap(idle, fresh) || c.state.Load() == fresh
}

// End says that the request is over and its answer written. It reports false
// when the server is stopping or has closed the connection: the protocol does
// not wait for a further request.
func (c *Conn) End() bool {
	// The order matters: Shutdown sets closing before it looks for idle
	// connections, so that one of the two sees the other.
	return c.state.CompareAndSwap(active, idle) && !c.core.Closing()
}

// Closing reports whether the server is stopping. A protocol asks it when it
// can tell its peer that a connection is not to be used again.
func (c *Conn) Closing() bool { return c.core.Closing() }

// ReadWithin sets the read deadline to d from now, or to none if d is not positive.
func (c *Conn) ReadWithin(d time.Duration) error { return c.SetReadDeadline(after(d)) }

// WriteWithin sets the write deadline to d from now, or to none if d is not positive.
func (c *Conn) WriteWithin(d time.Duration) error { return c.SetWriteDeadline(after(d)) }

func after(d time.Duration) time.Time {
	if d <= 0 {
		return time.Time{}
	}
	return time.Now().Add(d)
}

// closeIf closes the connection if it is in the given state.
func (c *Conn) closeIf(state int32) {
	if c.state.CompareAndSwap(state, closed) {
		c.Close()
	}
}
