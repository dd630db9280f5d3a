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
	return context.WithValue(ctx, connKey{}, s.conns.add(c))
}

// connState is http.Server's hook. It sees exactly one of the two final states
// for each connection.
func (s *Server) connState(c net.Conn, state http.ConnState) {
	if state == http.StateClosed || state == http.StateHijacked {
		s.conns.remove(c)
		s.slots.release()
	}
}

// conns are the open connections of a server, but for hijacked ones, and among
// them those of which no request has reached the handler. net/http knows less:
// for it a connection is active before it looks for the last time whether to drop
// the request.
type conns struct {
	mu      sync.Mutex
	open    int
	fresh   map[net.Conn]struct{}
	changed chan struct{} // closed with the next change; nil while nobody waits for one
}

func (cs *conns) add(c net.Conn) *conn {
	own := &conn{Conn: c}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.open++
	if isKey(c) {
		own.fresh.Store(true)
		if cs.fresh == nil {
			cs.fresh = make(map[net.Conn]struct{})
		}
		cs.fresh[c] = struct{}{}
	}
	return own
}

// isKey reports whether c can be the key of a map. One that can't is left to
// net/http.
func isKey(c net.Conn) bool { return reflect.ValueOf(c).Comparable() }

// served says that a request of c has come.
func (cs *conns) served(c *conn) {
	if c == nil || !c.fresh.Load() {
		return
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	c.fresh.Store(false)
	delete(cs.fresh, c.Conn)
	cs.note()
}

func (cs *conns) remove(c net.Conn) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.open--
	if isKey(c) {
		delete(cs.fresh, c)
	}
	cs.note()
}

// note wakes who waits. The caller holds mu.
func (cs *conns) note() {
	if cs.changed != nil {
		close(cs.changed)
		cs.changed = nil
	}
}

// await returns when count, one of the methods below, is 0, or when ctx ends.
func (cs *conns) await(ctx context.Context, count func() int) {
	for {
		cs.mu.Lock()
		if count() == 0 {
			cs.mu.Unlock()
			return
		}
		if cs.changed == nil {
			cs.changed = make(chan struct{})
		}
		changed := cs.changed
		cs.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// The caller holds mu.
func (cs *conns) countOpen() int  { return cs.open }
func (cs *conns) countFresh() int { return len(cs.fresh) }
