package httpd

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// freshGrace is how long Shutdown waits for the first requests of connections:
// as long as net/http does, and serve.Core.
const freshGrace = 5 * time.Second

// accepting is what Shutdown stops before all else. The zero value is ready.
type accepting struct {
	stopping atomic.Bool

	mu        sync.Mutex
	listeners map[*listener]struct{}
	loops     sync.WaitGroup
	hooks     []func()
}

// begin registers a loop that accepts from l, unless the server is stopping.
func (a *accepting) begin(l *listener) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stopping.Load() {
		return false
	}
	if a.listeners == nil {
		a.listeners = make(map[*listener]struct{})
	}
	a.listeners[l] = struct{}{}
	a.loops.Add(1)
	return true
}

// end is for what begin has registered.
func (a *accepting) end(l *listener) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.listeners, l)
	a.loops.Done()
}

// stop closes the listeners, calls the hooks and waits until all that was
// accepted is known to the server.
func (a *accepting) stop() error {
	a.mu.Lock()
	a.stopping.Store(true)
	var err error
	for l := range a.listeners {
		if e := l.Close(); e != nil && err == nil {
			err = e
		}
	}
	for _, f := range a.hooks {
		go f()
	}
	a.mu.Unlock()
	a.loops.Wait()
	return err
}

// Serve serves the connections that l accepts, until Shutdown or Close, which
// gives http.ErrServerClosed, or until l fails. It closes l. Settings that make no
// sense are reported before anything is accepted.
func (s *Server) Serve(l net.Listener) error {
	s.init()
	if s.err != nil {
		l.Close()
		return s.err
	}
	own := s.slots.listener(l)
	if !s.accepting.begin(own) {
		own.Close()
		return http.ErrServerClosed
	}
	defer s.accepting.end(own) // also when a hook panics
	err := s.accept(own)
	if s.accepting.stopping.Load() {
		return http.ErrServerClosed
	}
	return err
}

func (s *Server) accept(l *listener) error {
	if s.tls {
		return s.http.ServeTLS(l, "", "")
	}
	return s.http.Serve(l)
}

// Shutdown stops the server without interrupting a request: it closes the
// listeners and, after IdleGrace, the idle connections and waits for the others, as
// long as ctx allows. Then it closes what is left and returns ctx's error. Hijacked
// connections are left alone.
//
// A connection that was accepted within the last five seconds and has brought no
// request yet gets as long for it, and an answer: net/http's own Shutdown waits, too,
// but then reads such a request and closes the connection without one, which a proxy
// that has just connected passes on as 502.
func (s *Server) Shutdown(ctx context.Context) error {
	closing := s.accepting.stop()
	first, cancel := context.WithTimeout(ctx, freshGrace)
	defer cancel()
	idle, cancel := context.WithTimeout(ctx, s.IdleGrace)
	defer cancel()
	s.conns.await(idle, s.conns.countOpen)
	s.http.SetKeepAlivesEnabled(false) // closes the idle connections
	s.conns.await(first, s.conns.countFresh)
	if err := s.http.Shutdown(ctx); err != nil { // ctx's: there is no listener any more
		s.http.Close()
		return err
	}
	return closing
}

// Close closes all listeners and connections at once, but for hijacked ones.
func (s *Server) Close() error { return s.http.Close() }

// RegisterOnShutdown registers a function for Shutdown to call, in a goroutine of
// its own, as that of http.Server does.
func (s *Server) RegisterOnShutdown(f func()) {
	s.accepting.mu.Lock()
	defer s.accepting.mu.Unlock()
	s.accepting.hooks = append(s.accepting.hooks, f)
}
