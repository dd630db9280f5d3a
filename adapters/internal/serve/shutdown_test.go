package serve_test

import (
	"context"
	"net"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// One connection in each state when Shutdown comes.
func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var core serve.Core
		proceed := make(chan struct{}, 1)
		l := newListener()
		result := start(&core, l, serve.Options{Conn: echo(proceed)})

		idle := l.dial()
		proceed <- struct{}{}
		ask(t, idle)
		active := l.dial()
		active.Write([]byte("x"))
		fresh, silent := l.dial(), l.dial()

		called := make(chan struct{})
		core.RegisterOnShutdown(func() { close(called) })
		begin, done := time.Now(), make(chan error)
		go func() { done <- core.Shutdown(context.Background()) }()
		<-called
		if err := <-result; err != http.ErrServerClosed {
			t.Errorf("Serve: got %v", err)
		}
		wantClosed(t, idle)
		synctest.Wait()
		if time.Since(begin) != 0 {
			t.Errorf("the idle connection was closed after %v", time.Since(begin))
		}

		time.Sleep(time.Second) // a request that was on the way is served
		proceed <- struct{}{}
		proceed <- struct{}{}
		ask2 := make(chan struct{})
		go func() { defer close(ask2); ask(t, fresh); wantClosed(t, fresh) }()
		if _, err := active.Read(make([]byte, 1)); err != nil {
			t.Errorf("active: %v", err)
		}
		wantClosed(t, active)
		<-ask2
		wantClosed(t, silent)
		if d := time.Since(begin); d != 5*time.Second {
			t.Errorf("the silent connection was closed after %v", d)
		}
		if err := <-done; err != nil {
			t.Errorf("Shutdown: %v", err)
		}
	})
}

func TestShutdownForces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var core serve.Core
		proceed := make(chan struct{})
		l := newListener()
		start(&core, l, serve.Options{Conn: echo(proceed)})
		active := l.dial()
		active.Write([]byte("x"))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begin := time.Now()
		if err := core.Shutdown(ctx); err != context.DeadlineExceeded || time.Since(begin) != time.Minute {
			t.Errorf("got %v after %v", err, time.Since(begin))
		}
		wantClosed(t, active)
		close(proceed)
		if err := core.Shutdown(t.Context()); err != nil { // it waits for the goroutine that is still there
			t.Errorf("second Shutdown: %v", err)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var core serve.Core
		proceed := make(chan struct{})
		l := newListener()
		result := start(&core, l, serve.Options{Conn: echo(proceed)})
		active, fresh := l.dial(), l.dial()
		active.Write([]byte("x"))
		synctest.Wait()
		if err := core.Close(); err != nil {
			t.Error(err)
		}
		wantClosed(t, active)
		wantClosed(t, fresh)
		if err := <-result; err != http.ErrServerClosed {
			t.Errorf("Serve: got %v", err)
		}
		close(proceed)
	})
}

// Under load no request that has begun is lost: a connection is closed between
// two requests or before the first byte of one is read, never within.
func TestShutdownUnderLoad(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		var core serve.Core
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		result := start(&core, l, serve.Options{Conn: func(ctx context.Context, c *serve.Conn) {
			p := make([]byte, 1)
			for {
				if _, err := c.Read(p); err != nil || !c.Begin() {
					return
				}
				runtime.Gosched()
				if _, err := c.Write(p); err != nil {
					t.Errorf("a request was cut off: %v", err)
				}
				if !c.End() {
					return
				}
			}
		}})
		var peers sync.WaitGroup
		busy := make(chan struct{}, 100)
		for range 8 {
			c, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			peers.Go(func() {
				defer c.Close()
				p := make([]byte, 1)
				for {
					if _, err := c.Write(p); err != nil {
						return
					}
					if _, err := c.Read(p); err != nil {
						return
					}
					select {
					case busy <- struct{}{}:
					default:
					}
				}
			})
		}
		for range 20 {
			<-busy
		}
		if err := core.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-result; err != http.ErrServerClosed {
			t.Error(err)
		}
		peers.Wait()
	}
	for runtime.NumGoroutine() > before { // the last ones are past their work, and about to end
		runtime.Gosched()
	}
}
