package httpd

import (
	"context"
	"net"
	"sync"
)

// listener is what net/http accepts from: with MaxConns no more connections than
// there are slots, and without a second Close, which is not safe with every
// Listener.
type listener struct {
	net.Listener
	slots  slots // nil is no bound
	closed chan struct{}
	close  func() error
}

func (s slots) listener(l net.Listener) *listener {
	own := &listener{Listener: l, slots: s, closed: make(chan struct{})}
	own.close = sync.OnceValue(func() error {
		close(own.closed)
		return l.Close()
	})
	return own
}

// Accept waits for a free slot, so that connections wait in the kernel, where
// another process that has the socket may take them. It does not keep the slot
// while it waits for a client, because it would be missing at a busier listener;
// so the last one may be gone by then, and the connection waits here. When the
// server stops meanwhile, it is served without: it was accepted.
func (l *listener) Accept() (net.Conn, error) {
	if !l.take() {
		return nil, net.ErrClosed
	}
	l.slots.release()
	c, err := l.Listener.Accept()
	if err == nil {
		l.take()
	} else if l.isClosed() {
		err = net.ErrClosed // after a temporary error net/http would try again
	}
	return c, err
}

// take waits for a slot, or for the end.
func (l *listener) take() bool {
	if l.slots == nil {
		return true
	}
	select {
	case l.slots <- struct{}{}:
		return true
	case <-l.closed:
		return false
	}
}

func (l *listener) isClosed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}

func (l *listener) Close() error { return l.close() }

// slots bounds the open connections: a listener takes one for each that it
// accepts, and net/http says when a connection has ended. Counting there instead
// of in a wrapper around each connection keeps sendfile(2), which net/http uses
// only on a connection that it knows.
type slots chan struct{}

func newSlots(n int) slots {
	if n <= 0 {
		return nil
	}
	return make(slots, n)
}

// release frees the slot of a connection that has ended, if there is one.
func (s slots) release() {
	select {
	case <-s:
	default:
	}
}

// baseContext is http.Server's hook: the user's gets the Listener that Serve was
// given.
func (s *Server) baseContext(l net.Listener) context.Context {
	if s.BaseContext == nil {
		return context.Background()
	}
	if own, ok := l.(*listener); ok {
		l = own.Listener
	}
	return s.BaseContext(l)
}
