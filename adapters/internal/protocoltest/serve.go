// Package protocoltest is what the tests of the protocols' servers share. No
// program links it.
package protocoltest

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Patience is how long a test waits for what must come, on the busiest machine.
const Patience = time.Minute

// Server is what the servers of all protocols have in common.
type Server interface {
	Serve(net.Listener) error
	Shutdown(context.Context) error
	Close() error
}

// Listen listens on a free port of the loopback interface ("tcp"), or on a socket
// of its own ("unix").
func Listen(t testing.TB, network string) net.Listener {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "s")
	}
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Serve has s serve l until the test ends. By then no handler may be running, or
// wait for more than a client that is no more.
func Serve(t testing.TB, s Server, l net.Listener) {
	t.Helper()
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), Patience)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
			s.Close()
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve returned %v", err)
		}
	})
}

// Dial connects until the test ends, or Patience does.
func Dial(t testing.TB, addr string) net.Conn {
	t.Helper()
	conn, err := dial(context.Background(), addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(Patience))
	return conn
}

// Dialer returns a function that connects to l.
func Dialer(l net.Listener) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) { return dial(ctx, l.Addr().String()) }
}

// dial tells a socket, which has a path, from a port.
func dial(ctx context.Context, addr string) (net.Conn, error) {
	network := "tcp"
	if strings.Contains(addr, "/") {
		network = "unix"
	}
	return new(net.Dialer).DialContext(ctx, network, addr)
}

// Ask starts s, sends it one request as it is, ends that side of the connection,
// and returns all that comes back. When it returns, the server has stopped.
func Ask(t testing.TB, s Server, request string) (answer string) {
	t.Helper()
	l := Listen(t, "tcp")
	Serve(t, s, l)
	c := Dial(t, l.Addr().String())
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	c.(*net.TCPConn).CloseWrite()
	b, err := io.ReadAll(c)
	if err != nil && !errors.Is(err, syscall.ECONNRESET) { // by whom bytes are left unread
		t.Fatal(err)
	}
	c.Close()
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	return string(b)
}
