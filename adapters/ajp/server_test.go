package ajp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// unspecified is a listener that strangers may reach, if it were one.
type unspecified struct {
	net.Listener
	closed bool
}

func (*unspecified) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4zero, Port: 8009} }
func (l *unspecified) Close() error { l.closed = true; return nil }

// Ghostcat, CVE-2020-1938: there is no listener that believes everybody.
func TestServeWantsASecret(t *testing.T) {
	t.Parallel()
	for _, s := range []*Server{{}, {DangerouslyServeWithoutSecret: true}} {
		l := new(unspecified)
		if err := s.Serve(l); !errors.Is(err, ErrNoSecret) || !l.closed {
			t.Errorf("without a secret on all addresses: %v, closed %t", err, l.closed)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := new(Server).Serve(l); !errors.Is(err, ErrNoSecret) {
		t.Errorf("without a secret on loopback: %v", err)
	}
	if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	addr, _ := launchOn(t, &Server{Handler: http.HandlerFunc(hello), DangerouslyServeWithoutSecret: true}, l)
	dial(t, addr).greeted()
}

// An abstract socket of Linux has no file whose mode could keep anybody out.
func TestAbstractSocketWantsASecret(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("there are abstract sockets on Linux only")
	}
	for _, s := range []*Server{{}, {Handler: http.HandlerFunc(hello), DangerouslyServeWithoutSecret: true}} {
		l, err := net.Listen("unix", "@"+filepath.Join(t.TempDir(), "s"))
		if err != nil {
			t.Fatal(err)
		}
		if s.DangerouslyServeWithoutSecret {
			addr, _ := launchOn(t, s, l)
			dial(t, addr).greeted()
		} else if err := serveBriefly(s, l); !errors.Is(err, ErrNoSecret) {
			t.Errorf("got %v", err)
		}
	}
}

// serveBriefly serves l, and stops when that begins.
func serveBriefly(s *Server, l net.Listener) error {
	s.BaseContext = func(net.Listener) context.Context {
		go s.Close()
		return context.Background()
	}
	return s.Serve(l)
}

func TestValidate(t *testing.T) {
	t.Parallel()
	if err := (&Server{PacketSize: maxPacket, Mount: "/app"}).Validate(); err != nil {
		t.Error(err)
	}
	for _, s := range []*Server{{PacketSize: 8191}, {PacketSize: 65537}, {PacketSize: -1}, {Mount: "app"}, {DisableQuirks: []string{"x"}}} {
		if s.Validate() == nil {
			t.Errorf("%+v: no error", s)
		}
	}
	l := new(unspecified)
	if err := (&Server{Secret: "x", PacketSize: 1}).Serve(l); err == nil || !l.closed {
		t.Errorf("Serve: %v, closed %t", err, l.closed)
	}
}

// One connection too many is told so, also when it asks by a CPING first.
func TestMaxConns(t *testing.T) {
	t.Parallel()
	addr, _ := launch(t, &Server{Handler: http.HandlerFunc(hello), MaxConns: 1})
	first := dial(t, addr)
	first.greeted()
	second := dial(t, addr)
	second.send(toUs([]byte{byte(typeCPing)}))
	second.expect(typeCPong)
	if a := second.do(get("/")); a.status != http.StatusServiceUnavailable || a.reuse {
		t.Errorf("got %+v", a)
	}
	first.greeted()
}

func TestMaxRequestsPerConn(t *testing.T) {
	t.Parallel()
	addr, _ := launch(t, &Server{Handler: http.HandlerFunc(hello), MaxRequestsPerConn: 2})
	c := dial(t, addr)
	c.greeted()
	if a := c.do(get("/")); a.body != "Hello World" || a.reuse {
		t.Errorf("got %+v", a)
	}
	c.CloseWriteHalf()
	c.closed()
}

func TestMaxBodyBytes(t *testing.T) {
	t.Parallel()
	addr, _ := launch(t, &Server{MaxBodyBytes: 4, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		fmt.Fprint(w, errors.As(err, new(*http.MaxBytesError)))
	})})
	c := dial(t, addr)
	c.send(post(5, "abcde"))
	if a := c.must(); a.body != "true" || !a.reuse {
		t.Errorf("got %+v", a)
	}
}

// Shutdown finishes what runs and closes what is idle. A front server that has had
// the answer to its CPING does not repeat the request if the connection then ends.
func TestShutdown(t *testing.T) {
	t.Parallel()
	running, finish := make(chan bool), make(chan bool)
	s := &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(running)
			<-finish
		}
		hello(w, r)
	})}
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	addr, _ := launchOn(t, s, l)
	idle, pinged, busy := dial(t, addr), dial(t, addr), dial(t, addr)
	idle.greeted()
	pinged.greeted()
	pinged.send(toUs([]byte{byte(typeCPing)}))
	pinged.expect(typeCPong)
	busy.send(get("/slow"))
	<-running
	stopped := make(chan error, 1)
	go func() { stopped <- s.Shutdown(t.Context()) }()
	idle.closed()
	if a := pinged.do(get("/")); a.body != "Hello World" || a.reuse {
		t.Errorf("after a CPING: got %+v", a)
	}
	close(finish)
	if a := busy.must(); a.body != "Hello World" {
		t.Errorf("got %+v", a)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// No secret gets into the log, be it that of a panic.
func TestLogNamesNoSecret(t *testing.T) {
	t.Parallel()
	addr, log := launch(t, &Server{Secret: "hunter2", Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("x") })})
	if a := dial(t, addr).do(ask{secret: "hunter2"}.bytes()); a.status != 500 {
		t.Errorf("got %+v", a)
	}
	if s := log.String(); !strings.Contains(s, "panic") || strings.Contains(s, "hunter2") {
		t.Errorf("log is %s", s)
	}
}
