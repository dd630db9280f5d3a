package serve

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// maxRefusing bounds the connections that are being told that there is no room.
const maxRefusing = 64

// freshGrace is how long Shutdown lets a connection live on which nothing has
// come yet: its request may be on the way, and a front server that has just
// connected, or has had an answer to its ping, would take the close for a
// failure. net/http uses the same time.
const freshGrace = 5 * time.Second

// Core is the registry of a server's listeners and connections. The zero value
// is ready; it must not be copied.
type Core struct {
	closing atomic.Bool

	mu        sync.Mutex
	abrupt    bool                       // no patience, or none left: new connections are dropped
	accepting int                        // loops that have not ended: they may be holding a connection
	listeners map[*net.Listener]struct{} // by pointer: not every Listener can be a key
	conns     map[*Conn]struct{}
	refusing  int // how many of conns are being refused
	hooks     []func()
	stop      chan struct{} // closed when closing becomes true
	drained   chan struct{} // closed when a stopping server has no connection left
}

// Closing reports whether Shutdown or Close was called.
func (s *Core) Closing() bool { return s.closing.Load() }

// RegisterOnShutdown registers f to be called, in a goroutine of its own, when
// Shutdown is called.
func (s *Core) RegisterOnShutdown(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = append(s.hooks, f)
}

// Shutdown stops accepting, closes the connections that are between two
// requests and waits for the others to finish theirs. When ctx ends first, it
// closes what is left and returns ctx's error: their handlers see a cancelled
// context and a failing write, but may run on.
func (s *Core) Shutdown(ctx context.Context) error {
	drained, err := s.close(true)
	s.closeConns(idle)
	grace := time.AfterFunc(freshGrace, func() { s.closeConns(fresh) })
	defer grace.Stop()
	select {
	case <-drained:
		return err
	case <-ctx.Done():
		s.Close()
		return ctx.Err()
	}
}

// Close closes all listeners and connections at once and waits for nothing.
func (s *Core) Close() error {
	_, err := s.close(false)
	s.closeConns(fresh, active, idle)
	return err
}

// close stops the accepting. The channel that it returns is closed when no
// connection is left.
func (s *Core) close(graceful bool) (drained <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing.Swap(true) {
		close(s.stopped())
		s.drained = make(chan struct{})
		s.noteDrained()
	}
	s.abrupt = s.abrupt || !graceful
	for l := range s.listeners {
		delete(s.listeners, l)
		if e := (*l).Close(); e != nil && err == nil {
			err = e
		}
	}
	if graceful {
		for _, f := range s.hooks {
			go f()
		}
	}
	return s.drained, err
}

// noteDrained is called when one thing less stands in the way of the end. After
// the last one nothing can be added. The caller holds mu.
func (s *Core) noteDrained() {
	if s.Closing() && s.accepting == 0 && len(s.conns) == 0 {
		close(s.drained)
	}
}

// stopped returns the stop channel. The caller holds mu.
func (s *Core) stopped() chan struct{} {
	if s.stop == nil {
		s.stop = make(chan struct{})
	}
	return s.stop
}

// closeConns closes the connections that are in one of the states.
func (s *Core) closeConns(states ...int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		for _, state := range states {
			c.closeIf(state)
		}
	}
}

// listen registers a listener; the channel is closed when the server stops.
func (s *Core) listen(l *net.Listener) (stop <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Closing() {
		return nil, http.ErrServerClosed
	}
	if s.listeners == nil {
		s.listeners = make(map[*net.Listener]struct{})
	}
	s.listeners[l] = struct{}{}
	s.accepting++
	return s.stopped(), nil
}

// forgetListener closes l unless that has been done: closing twice is not safe
// with every Listener.
func (s *Core) forgetListener(l *net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accepting--
	defer s.noteDrained()
	if _, ok := s.listeners[l]; ok {
		delete(s.listeners, l)
		(*l).Close()
	}
}

// admission is what becomes of a new connection.
type admission int

const (
	admit  admission = iota
	refuse           // serve it with Options.Refuse
	drop             // close it
)

// add registers c, unless it is to be dropped. One that was accepted just before
// Shutdown is served: its client knows of no shutdown, and where the socket
// outlives the process nobody is to notice one.
func (s *Core) add(c *Conn, o *Options) admission {
	s.mu.Lock()
	defer s.mu.Unlock()
	verdict := admit
	if o.MaxConns > 0 && len(s.conns)-s.refusing >= o.MaxConns {
		verdict = refuse
	}
	if s.abrupt || verdict == refuse && (o.Refuse == nil || s.refusing == maxRefusing) {
		return drop
	}
	if s.conns == nil {
		s.conns = make(map[*Conn]struct{})
	}
	s.conns[c] = struct{}{}
	if verdict == refuse {
		s.refusing++
	}
	return verdict
}

func (s *Core) remove(c *Conn, as admission) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	if as == refuse {
		s.refusing--
	}
	s.noteDrained()
}
