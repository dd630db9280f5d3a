package httpd

import (
	"net"
	"net/http"
	"sync"
)

// slots bounds the open connections: a listener takes one before it accepts, and
// net/http says when a connection has ended. Counting there instead of in a
// wrapper around each connection keeps sendfile(2), which net/http uses only on
// a connection that it knows. nil is no bound.
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

func (l *slotListener) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
	}
	return c, err
}

func (l *slotListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}
