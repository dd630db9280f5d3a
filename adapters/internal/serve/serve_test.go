package serve_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// listener is a net.Listener in memory, for time that does not pass.
type listener struct {
	conns  chan any // net.Conn or error
	closed chan struct{}
	once   sync.Once
}

func newListener() *listener {
	return &listener{conns: make(chan any), closed: make(chan struct{})}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		if err, ok := c.(error); ok {
			return nil, err
		}
		return c.(net.Conn), nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *listener) Addr() net.Addr { return &net.UnixAddr{Name: "test", Net: "unix"} }

func (l *listener) dial() net.Conn {
	us, peer := net.Pipe()
	l.conns <- us
	return peer
}

// echo is a protocol whose requests are single bytes, sent back as answers; 'p'
// panics. Before the answer it waits for proceed, if that is not nil.
func echo(proceed chan struct{}) func(context.Context, *serve.Conn) {
	return func(_ context.Context, c *serve.Conn) {
		var p [1]byte
		for {
			if _, err := c.Read(p[:]); err != nil || !c.Begin() {
				return
			}
			if p[0] == 'p' {
				panic("oops")
			}
			if proceed != nil {
				<-proceed
			}
			if _, err := c.Write(p[:]); err != nil || !c.End() {
				return
			}
		}
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// ask sends a request and reads its answer.
func ask(t *testing.T, c net.Conn) {
	t.Helper()
	p := []byte("x")
	if _, err := c.Write(p); err != nil {
		t.Fatalf("request: %v", err)
	}
	if _, err := io.ReadFull(c, p); err != nil {
		t.Fatalf("answer: %v", err)
	}
}

// wantClosed waits until the server closes c.
func wantClosed(t *testing.T, c net.Conn) {
	t.Helper()
	if n, err := c.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("got %d bytes, %v from a connection that should be closed", n, err)
	}
}

func start(core *serve.Core, l net.Listener, o serve.Options) (result chan error) {
	result = make(chan error, 1)
	go func() { result <- core.Serve(l, o) }()
	return result
}

func TestAcceptBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var core serve.Core
		l := newListener()
		result := start(&core, l, serve.Options{Conn: echo(nil), Logger: quiet()})
		var waits []time.Duration
		for range 10 {
			begin := time.Now()
			l.conns <- &net.OpError{Op: "accept", Err: syscall.EMFILE}
			waits = append(waits, time.Since(begin))
		}
		ms := time.Millisecond
		want := []time.Duration{0, 5 * ms, 10 * ms, 20 * ms, 40 * ms, 80 * ms, 160 * ms, 320 * ms, 640 * ms, time.Second}
		if !slices.Equal(waits, want) {
			t.Errorf("waited %v, want %v", waits, want)
		}
		// It does not make Shutdown wait, either.
		begin := time.Now()
		if err := core.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-result; err != http.ErrServerClosed || time.Since(begin) != 0 {
			t.Errorf("got %v after %v", err, time.Since(begin))
		}
	})
}

func TestBackOffStartsAnewAfterSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var core serve.Core
		l := newListener()
		start(&core, l, serve.Options{Conn: echo(nil), Logger: quiet()})
		for range 5 {
			l.conns <- syscall.EMFILE
		}
		peer := l.dial()
		ask(t, peer)
		l.conns <- syscall.EMFILE
		begin := time.Now()
		l.conns <- syscall.EMFILE
		if d := time.Since(begin); d != 5*time.Millisecond {
			t.Errorf("waited %v", d)
		}
		core.Close()
		wantClosed(t, peer)
	})
}

func TestListenerFails(t *testing.T) {
	var core serve.Core
	l := newListener()
	result := start(&core, l, serve.Options{Conn: echo(nil), Logger: quiet()})
	broken := errors.New("broken")
	l.conns <- broken
	if err := <-result; err != broken {
		t.Errorf("got %v", err)
	}
	<-l.closed
}

func TestServeAfterShutdown(t *testing.T) {
	var core serve.Core
	if err := core.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	l := newListener()
	if err := core.Serve(l, serve.Options{}); err != http.ErrServerClosed {
		t.Errorf("got %v", err)
	}
	<-l.closed
	if err := core.Close(); err != nil {
		t.Error(err)
	}
}

func TestSeveralListeners(t *testing.T) {
	var core serve.Core
	var results []chan error
	var peers []net.Conn
	for range 3 {
		l := newListener()
		results = append(results, start(&core, l, serve.Options{Conn: echo(nil)}))
		peers = append(peers, l.dial())
	}
	for _, c := range peers {
		ask(t, c)
	}
	if err := core.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	for i := range 3 {
		if err := <-results[i]; err != http.ErrServerClosed {
			t.Errorf("got %v", err)
		}
		wantClosed(t, peers[i])
	}
}

func TestContexts(t *testing.T) {
	type key string
	var core serve.Core
	defer core.Close()
	l := newListener()
	connCtx, got := make(chan context.Context, 1), make(chan context.Context, 1)
	start(&core, l, serve.Options{
		BaseContext: func(bl net.Listener) context.Context {
			if bl != net.Listener(l) {
				t.Errorf("BaseContext got %v", bl)
			}
			return context.WithValue(context.Background(), key("base"), 1)
		},
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			connCtx <- ctx
			return context.WithValue(ctx, key("conn"), 2)
		},
		Conn: func(ctx context.Context, c *serve.Conn) {
			got <- ctx
			echo(nil)(ctx, c)
		},
	})
	peer := l.dial()
	ctx := <-got
	if ctx.Value(key("base")) != 1 || ctx.Value(key("conn")) != 2 {
		t.Errorf("values are missing in %v", ctx)
	}
	if a, ok := ctx.Value(http.LocalAddrContextKey).(net.Addr); !ok || a.Network() != "pipe" {
		t.Errorf("local address: %v", a)
	}
	if ctx.Err() != nil {
		t.Error(ctx.Err())
	}
	peer.Close()
	<-(<-connCtx).Done()
}

func TestNilContexts(t *testing.T) {
	var core serve.Core
	defer core.Close()
	func() {
		defer func() {
			if got := recover(); got != "some: BaseContext returned a nil context" {
				t.Errorf("got panic %v", got)
			}
		}()
		core.Serve(newListener(), serve.Options{Name: "some", BaseContext: func(net.Listener) context.Context { return nil }})
	}()

	var log bytes.Buffer
	l := newListener()
	result := start(&core, l, serve.Options{
		Name:        "some",
		Logger:      slog.New(slog.NewTextHandler(&log, nil)),
		ConnContext: func(context.Context, net.Conn) context.Context { return nil },
	})
	wantClosed(t, l.dial())
	if err := core.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	<-result
	if !strings.Contains(log.String(), "some: ConnContext returned a nil context") {
		t.Errorf("log: %s", &log)
	}
}

func TestProtocolPanicCostsOneConnection(t *testing.T) {
	var core serve.Core
	var log bytes.Buffer
	l := newListener()
	result := start(&core, l, serve.Options{Conn: echo(nil), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	bad, good := l.dial(), l.dial()
	bad.Write([]byte("p"))
	wantClosed(t, bad)
	ask(t, good)
	if err := core.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	<-result
	if s := log.String(); !strings.Contains(s, "oops") || !strings.Contains(s, "serve_test.go") {
		t.Errorf("log lacks panic or stack: %s", s)
	}
}
