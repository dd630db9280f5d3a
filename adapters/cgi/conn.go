package cgi

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"time"
)

// Hijack gives standard input and output to a handler that has answered an
// upgrade with 101 or is about to, where the web server goes along (lighttpd
// with cgi.upgrade, which also takes the head that WebSocket libraries write
// themselves). Serve then returns when the connection is closed.
func (x *exchange) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if !x.upgradable {
		return nil, nil, http.ErrNotSupported
	}
	if err := x.flush(); err != nil {
		return nil, nil, err
	}
	x.conn = &conn{in: x.stdin, out: x.out.to, remote: address(x.Request().RemoteAddr), closed: make(chan struct{})}
	return x.conn, bufio.NewReadWriter(bufio.NewReader(x.conn), bufio.NewWriter(x.conn)), nil
}

// conn is standard input and output as a net.Conn.
type conn struct {
	in     io.Reader
	out    io.Writer
	remote net.Addr
	once   sync.Once
	closed chan struct{}
}

func (c *conn) Read(p []byte) (int, error)  { return c.in.Read(p) }
func (c *conn) Write(p []byte) (int, error) { return c.out.Write(p) }

// Close closes both descriptors, which is what ends the connection: the process
// may go on.
func (c *conn) Close() error {
	err := net.ErrClosed
	c.once.Do(func() {
		err = errors.Join(closeIt(c.in), closeIt(c.out))
		close(c.closed)
	})
	return err
}

func closeIt(v any) error {
	if c, ok := v.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

func (c *conn) LocalAddr() net.Addr  { return stdio{} }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

func (c *conn) SetReadDeadline(t time.Time) error { return input{c.in}.SetReadDeadline(t) }

func (c *conn) SetWriteDeadline(t time.Time) error {
	if d, ok := c.out.(interface{ SetWriteDeadline(time.Time) error }); ok {
		return d.SetWriteDeadline(t)
	}
	return os.ErrNoDeadline
}

// stdio is the address of a process's standard input and output.
type stdio struct{}

func (stdio) Network() string { return "stdio" }
func (stdio) String() string  { return "stdio" }

// address is the client's, as the web server states it.
func address(remote string) net.Addr {
	if ap, err := netip.ParseAddrPort(remote); err == nil {
		return net.TCPAddrFromAddrPort(ap)
	}
	return stdio{}
}
