package httpd_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/httpd"
)

// pipes is a listener for connections in memory, so that a test has the clock of
// its synctest bubble.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close may be called once, as with many a Listener.
func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.conns <- server
	return client
}

// valued is a connection that can't be the key of a map.
type valued struct {
	net.Conn
	_ []int
}

// What was accepted before Shutdown is served: its client has no reason to send
// it again, and a proxy that has just connected answers its own client with 502.
// net/http reads such a request, and closes the connection without an answer.
func TestShutdownServesWhatWasAccepted(t *testing.T) {
	for _, most := range []int{0, 1} {
		synctest.Test(t, func(t *testing.T) {
			s, l := &httpd.Server{Handler: http.HandlerFunc(hello), MaxConns: most}, newPipes()
			served := make(chan error)
			go func() { served <- s.Serve(l) }()
			c := l.dial()
			synctest.Wait()

			told, stopped := make(chan struct{}), make(chan error)
			s.RegisterOnShutdown(func() { close(told) })
			go func() { stopped <- s.Shutdown(context.Background()) }()
			<-told
			if err := <-served; err != http.ErrServerClosed {
				t.Errorf("%d: Serve: %v", most, err)
			}
			synctest.Wait()
			if res := ask(t, c); !res.Close {
				t.Errorf("%d: the answer does not end its connection", most)
			}
			if err := <-stopped; err != nil {
				t.Errorf("%d: Shutdown: %v", most, err)
			}
		})
	}
}

// A client that connects and says nothing holds Shutdown up for five seconds, as
// it does with net/http, and one that leaves not even so long.
func TestShutdownWaitsForFirstRequests(t *testing.T) {
	for _, leaves := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s, l := &httpd.Server{Handler: http.HandlerFunc(hello), ReadHeaderTimeout: -1}, newPipes()
			go s.Serve(l)
			silent := l.dial()
			answered := l.dial()
			ask(t, answered)
			start := time.Now()
			if leaves {
				time.AfterFunc(time.Second, func() { silent.Close() })
			}
			if err := s.Shutdown(context.Background()); err != nil {
				t.Error(err)
			}
			wantClosed(t, answered)
			if took, most := time.Since(start), 8*time.Second; took > most || leaves && took > 3*time.Second {
				t.Errorf("took %v", took)
			}
			silent.Close()
		})
	}
}

// With IdleGrace a kept connection may bring one more request, and Shutdown waits
// no longer than there are connections.
func TestIdleGrace(t *testing.T) {
	for _, leaves := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s, l := &httpd.Server{Handler: http.HandlerFunc(hello), IdleGrace: time.Minute}, newPipes()
			go s.Serve(l)
			used, unused := l.dial(), l.dial()
			for _, c := range []net.Conn{used, unused} {
				if res := ask(t, c); res.Close {
					t.Error("the first answer ends its connection")
				}
			}
			begin, stopped := time.Now(), make(chan error)
			go func() { stopped <- s.Shutdown(context.Background()) }()
			time.Sleep(time.Second)
			if res := ask(t, used); !res.Close {
				t.Error("the last answer does not end its connection")
			}
			wantClosed(t, used)
			want := time.Minute
			if leaves {
				unused.Close()
				want = time.Second
			}
			err := <-stopped
			if d := time.Since(begin); err != nil || d < want || d > want+time.Second { // net/http polls
				t.Errorf("got %v after %v, want %v", err, d, want)
			}
			unused.Close()
		})
	}
}

// ask sends a request, which must be answered.
func ask(t *testing.T, c net.Conn) *http.Response {
	t.Helper()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(res.Body); err != nil || res.StatusCode != 200 {
		t.Errorf("got %v %q, %v", res.Status, body, err)
	}
	return res
}

// A connection that can't be the key of a map is served as well, and ends.
func TestConnThatIsNoKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := &httpd.Server{Handler: http.HandlerFunc(hello)}, newPipes()
		go s.Serve(l)
		c, server := net.Pipe()
		l.conns <- valued{Conn: server}
		ask(t, c)
		if err := s.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
}
