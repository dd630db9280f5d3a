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
	for request, want := range map[string]int{
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n":                200,
		"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/": 200, // pipelined: the client is told
		"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n": 200,
		"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n":            200, // answered by net/http
		"GET / HTTP/1.1\r\n\r\n":                           400,
		"GET / HTTP/1.1\r\nHost: x\r\nExpect: x\r\n\r\n":   417,
	} {
		synctest.Test(t, func(t *testing.T) {
			s, l := &httpd.Server{Handler: http.HandlerFunc(hello)}, newPipes()
			served := run(s, l)
			c := l.dial()
			synctest.Wait()
			stopped := shutDown(t, s)
			if err := <-served; err != http.ErrServerClosed {
				t.Errorf("%q: Serve: %v", request, err)
			}
			go io.WriteString(c, request)
			if res := answer(t, c); res.StatusCode != want || !res.Close {
				t.Errorf("%q: got %+v", request, res)
			}
			wantClosed(t, c)
			if err := <-stopped; err != nil {
				t.Errorf("%q: Shutdown: %v", request, err)
			}
		})
	}
}

// shutDown begins a Shutdown, and returns when that waits for something.
func shutDown(t *testing.T, s lifecycle) <-chan error {
	stopped := make(chan error, 1)
	go func() { stopped <- s.Shutdown(t.Context()) }()
	synctest.Wait()
	return stopped
}

// A connection for which there was no place is served as well.
func TestShutdownBeyondMaxConns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, first, second := &httpd.Server{Handler: http.HandlerFunc(hello), MaxConns: 1}, newPipes(), newPipes()
		run(s, first)
		run(s, second)
		conns := []net.Conn{first.dial(), second.dial()}
		synctest.Wait()
		stopped := shutDown(t, s)
		for _, c := range conns {
			ask(t, c)
			wantClosed(t, c)
		}
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
}

// A client that connects and says nothing holds Shutdown up for five seconds, as
// it does with net/http, and one that leaves, or has said nothing for that long
// already, not even so long. Kept connections are closed at once.
func TestShutdownWaitsForFirstRequests(t *testing.T) {
	for _, leaves := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s, l := &httpd.Server{Handler: http.HandlerFunc(hello), ReadHeaderTimeout: -1}, newPipes()
			run(s, l)
			old, answered := l.dial(), l.dial()
			ask(t, answered)
			time.Sleep(10 * time.Second)
			silent := l.dial()
			start, stopped := time.Now(), shutDown(t, s)
			wantClosed(t, old)
			wantClosed(t, answered)
			if d := time.Since(start); d != 0 {
				t.Errorf("they were closed after %v", d)
			}
			if leaves {
				time.Sleep(time.Second)
				silent.Close()
			} else {
				wantClosed(t, silent)
			}
			if err := <-stopped; err != nil {
				t.Error(err)
			}
			took, least := time.Since(start), 5*time.Second
			if leaves {
				least = time.Second
			}
			if took < least || took > least+3*time.Second { // net/http polls, and counts whole seconds
				t.Errorf("took %v", took)
			}
		})
	}
}

// ask sends a request, which must be answered.
func ask(t *testing.T, c net.Conn) *http.Response {
	t.Helper()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	res := answer(t, c)
	if res.StatusCode != 200 {
		t.Errorf("got %v", res.Status)
	}
	return res
}

// answer reads a response to the end.
func answer(t *testing.T, c net.Conn) *http.Response {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Error(err)
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
