package httpd

import (
	"context"
	"net"
	"net/http"
	"reflect"
	"sync"
	"sync/atomic"
)

// conn is what is known of a connection, in the context of its requests.
type conn struct {
	net.Conn
	fresh atomic.Bool // no request of it has come
}

type connKey struct{}

// connOf returns the connection of a request, or nil if it is not of this server.
func connOf(r *http.Request) *conn {
	c, _ := r.Context().Value(connKey{}).(*conn)
	return c
}

// connContext is http.Server's hook for a new connection.
func (s *Server) connContext(ctx context.Context, c net.Conn) context.Context {
	if s.ConnContext != nil {
		ctx = s.ConnContext(ctx, c)
	}
	if ctx == nil { // net/http says so
		return nil
	}
	return context.WithValue(ctx, connKey{}, s.fresh.add(c))
}

// connState is http.Server's hook. It sees exactly one of the two final states
// for each connection.
func (s *Server) connState(c net.Conn, state http.ConnState) {
	if state == http.StateClosed || state == http.StateHijacked {
		s.fresh.remove(c)
		s.slots.release()
	}
}

// freshConns are the connections of which no request has reached the handler, and
// which have not ended. net/http knows less: a connection is active for it before
// it looks for the last time whether to drop the request.
type freshConns struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
	none  chan struct{} // closed when there is none; nil as long as nobody waits
}

func (f *freshConns) add(c net.Conn) *conn {
	own := &conn{Conn: c}
	if !reflect.ValueOf(c).Comparable() { // no key of a map: it is left to net/http
		return own
	}
	own.fresh.Store(true)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.conns == nil {
		f.conns = make(map[net.Conn]struct{})
	}
	f.conns[c] = struct{}{}
	return own
}

// served says that a request of c has come.
func (f *freshConns) served(c *conn) {
	if c != nil && c.fresh.Load() && c.fresh.CompareAndSwap(true, false) {
		f.remove(c.Conn)
	}
}

func (f *freshConns) remove(c net.Conn) {
	if !reflect.ValueOf(c).Comparable() {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.conns, c)
	f.note()
}

// note tells who waits that there is none any more. The caller holds mu.
func (f *freshConns) note() {
	if f.none != nil && len(f.conns) == 0 {
		close(f.none)
		f.none = nil
	}
}

// gone returns a channel that is closed when there are no such connections. New
// ones must not come meanwhile.
func (f *freshConns) gone() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.none == nil {
		f.none = make(chan struct{})
	}
	none := f.none
	f.note()
	return none
}
