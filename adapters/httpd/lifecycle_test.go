package httpd_test

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/httpd"
)

// lifecycle is what our Server has in common with net/http's.
type lifecycle interface {
	Serve(net.Listener) error
	Shutdown(context.Context) error
	Close() error
	RegisterOnShutdown(func())
}

type connContext = func(context.Context, net.Conn) context.Context

// eachServer runs a test in a bubble with net/http's Server and with ours: what
// holds of the one must hold of the other.
func eachServer(t *testing.T, h http.HandlerFunc, hook connContext, test func(*testing.T, lifecycle)) {
	t.Helper()
	servers := map[string]func() lifecycle{
		"net/http": func() lifecycle {
			return &http.Server{Handler: h, ConnContext: hook, ErrorLog: log.New(discard{}, "", 0)}
		},
		"httpd": func() lifecycle {
			return &httpd.Server{Handler: h, ConnContext: hook, Logger: slog.New(slog.DiscardHandler)}
		},
		"httpd with limits": func() lifecycle {
			return &httpd.Server{Handler: h, ConnContext: hook, Logger: slog.New(slog.DiscardHandler), MaxConns: 2, IdleGrace: time.Second}
		},
	}
	for name, create := range servers {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { test(t, create()) }) })
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// run serves in the background; the channel has what Serve returns.
func run(s lifecycle, l net.Listener) <-chan error {
	result := make(chan error, 1)
	go func() { result <- s.Serve(l) }()
	synctest.Wait()
	return result
}

func TestTwoShutdowns(t *testing.T) {
	eachServer(t, hello, nil, func(t *testing.T, s lifecycle) {
		l := newPipes()
		served := run(s, l)
		ask(t, l.dial())
		told := make(chan struct{}, 10)
		s.RegisterOnShutdown(func() { told <- struct{}{} })
		results := make(chan error)
		for range 2 {
			go func() { results <- s.Shutdown(t.Context()) }()
		}
		for range 2 {
			if err := <-results; err != nil {
				t.Errorf("Shutdown: %v", err)
			}
		}
		if err := s.Shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown after it: %v", err)
		}
		synctest.Wait()
		if n := len(told); n != 3 {
			t.Errorf("the hook has run %d times", n)
		}
		if err := <-served; err != http.ErrServerClosed {
			t.Errorf("Serve: %v", err)
		}
	})
}

func TestServeAfterShutdown(t *testing.T) {
	eachServer(t, hello, nil, func(t *testing.T, s lifecycle) {
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		l := newPipes()
		if err := s.Serve(l); err != http.ErrServerClosed {
			t.Errorf("got %v", err)
		}
		<-l.closed
	})
}

// What runs at Shutdown may end a request that Shutdown waits for.
func TestHooksRunAtOnce(t *testing.T) {
	type key struct{}
	hook := func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, key{}, c.(heldConn).end)
	}
	hold := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Value(key{}).(chan struct{}) }
	eachServer(t, hold, hook, func(t *testing.T, s lifecycle) {
		l, end := newPipes(), make(chan struct{})
		run(s, l)
		s.RegisterOnShutdown(func() { close(end) })
		held, server := net.Pipe()
		l.conns <- heldConn{server, end}
		answered := make(chan time.Time)
		go func() { ask(t, held); answered <- time.Now() }()
		synctest.Wait()
		begin, stopped := time.Now(), make(chan error)
		go func() { stopped <- s.Shutdown(t.Context()) }()
		if d := (<-answered).Sub(begin); d != 0 {
			t.Errorf("the hook has run after %v", d)
		}
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
}

// heldConn is a connection whose answers wait for end.
type heldConn struct {
	net.Conn
	end chan struct{}
}

func TestCloseDuringShutdown(t *testing.T) {
	eachServer(t, hello, nil, func(t *testing.T, s lifecycle) {
		l := newPipes()
		served := run(s, l)
		silent := l.dial()
		stopped := make(chan error)
		go func() { stopped <- s.Shutdown(t.Context()) }()
		synctest.Wait()
		begin := time.Now()
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		if err := <-stopped; err != nil || time.Since(begin) > time.Second { // net/http polls
			t.Errorf("Shutdown: %v after %v", err, time.Since(begin))
		}
		wantClosed(t, silent)
		if err := <-served; err != http.ErrServerClosed {
			t.Errorf("Serve: %v", err)
		}
		if err := s.Serve(newPipes()); err != http.ErrServerClosed {
			t.Errorf("Serve after it: %v", err)
		}
	})
}

// A context that has ended bounds the waiting, and is no error if there is nothing
// to wait for.
func TestShutdownWithEndedContext(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	eachServer(t, hello, nil, func(t *testing.T, s lifecycle) {
		l := newPipes()
		run(s, l)
		begin := time.Now()
		silent := l.dial()
		synctest.Wait()
		if err := s.Shutdown(ended); err != context.Canceled {
			t.Errorf("with a connection: got %v", err)
		}
		s.Close()
		wantClosed(t, silent)
		synctest.Wait()
		if err := s.Shutdown(ended); err != nil {
			t.Errorf("without: got %v", err)
		}
		if d := time.Since(begin); d != 0 {
			t.Errorf("took %v", d)
		}
	})
}

// stubborn is a listener with an error at its Close, and after it those after which
// net/http tries again.
type stubborn struct {
	*pipes
	t     *testing.T
	tries int
}

var errClose = errors.New("close failed")

func (l *stubborn) Close() error { l.pipes.Close(); return errClose }

func (l *stubborn) Accept() (net.Conn, error) {
	c, err := l.pipes.Accept()
	if err == nil {
		return c, nil
	}
	if l.tries++; l.tries > 3 {
		l.t.Error("Serve does not end")
		return nil, err
	}
	return nil, &net.DNSError{IsTemporary: true}
}

func TestListenerErrors(t *testing.T) {
	eachServer(t, hello, nil, func(t *testing.T, s lifecycle) {
		served := run(s, &stubborn{pipes: newPipes(), t: t})
		if err := s.Shutdown(t.Context()); err != errClose {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-served; err != http.ErrServerClosed {
			t.Errorf("Serve: %v", err)
		}
	})
}

// A hook that panics ends its Serve, and nobody waits for that.
func TestConnContextPanics(t *testing.T) {
	for desc, hook := range map[string]connContext{
		"nil":   func(context.Context, net.Conn) context.Context { return nil },
		"panic": func(context.Context, net.Conn) context.Context { panic("oops") },
	} {
		t.Run(desc, func(t *testing.T) {
			eachServer(t, hello, hook, func(t *testing.T, s lifecycle) {
				l, panicked := newPipes(), make(chan any)
				go func() {
					defer func() { panicked <- recover() }()
					s.Serve(l)
				}()
				l.dial()
				if <-panicked == nil {
					t.Error("no panic")
				}
				if err := s.Shutdown(t.Context()); err != nil {
					t.Errorf("Shutdown: %v", err)
				}
			})
		})
	}
}
