package httpd

import (
	"net"
	"net/http"
	"sync"
)

// slots bounds the open connections: a listener takes one for each that it
// accepts, and net/http says when a connection has ended. Counting there instead
// of in a wrapper around each connection keeps sendfile(2), which net/http uses
// only on a connection that it knows. nil is no bound.
type slots chan struct{}

func newSlots(n int) slots {
	if n <= 0 {
		return nil
	}
	return make(slots, n)
}

// connState is http.Server's hook. It sees exactly one of the two final states
// for each connection.
func (s slots) connState(_ net.Conn, state http.ConnState) {
	if s != nil && (state == http.StateClosed || state == http.StateHijacked) {
		<-s
	}
}

func (s slots) listener(l net.Listener) net.Listener {
	if s == nil {
		return l
	}
	return &slotListener{Listener: l, slots: s, closed: make(chan struct{})}
}

type slotListener struct {
	net.Listener
	slots  slots
	once   sync.Once
	closed chan struct{}
}

// Accept waits for a free slot, so that connections wait in the kernel, where
// another process that has the socket may take them. It does not keep the slot
// while it waits for a client, because it would be missing at a busier listener;
// so the last one may be gone by then, and the connection waits here.
func (l *slotListener) Accept() (net.Conn, error) {
	if !l.take() {
		return nil, net.ErrClosed
	}
	<-l.slots
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !l.take() {
		c.Close()
		return nil, net.ErrClosed
	}
	return c, nil
}

// take waits for a slot, or for the end.
func (l *slotListener) take() bool {
	select {
	case l.slots <- struct{}{}:
		return true
	case <-l.closed:
		return false
	}
}

func (l *slotListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}
