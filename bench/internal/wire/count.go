package wire

import (
	"net"
	"sync/atomic"
)

// Counter counts the calls that a server makes on its connections.
type Counter struct{ Reads, Writes atomic.Int64 }

// Listen returns l with all connections counted.
func (c *Counter) Listen(l net.Listener) net.Listener { return countedListener{l, c} }

// Reset starts again at zero.
func (c *Counter) Reset() {
	c.Reads.Store(0)
	c.Writes.Store(0)
}

type countedListener struct {
	net.Listener
	counter *Counter
}

func (l countedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return countedConn{c, l.counter}, nil
}

type countedConn struct {
	net.Conn
	counter *Counter
}

func (c countedConn) Read(p []byte) (int, error) {
	c.counter.Reads.Add(1)
	return c.Conn.Read(p)
}

func (c countedConn) Write(p []byte) (int, error) {
	c.counter.Writes.Add(1)
	return c.Conn.Write(p)
}
