package serve_test

import (
	"context"
	"net"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// lateListener hands out one connection more when it is closed: it had been
// accepted, and nobody had had the time to look at it.
type lateListener struct {
	*listener
	accepting chan struct{}
	late      net.Conn
}

func newLateListener() (l *lateListener, peer net.Conn) {
	us, peer := net.Pipe()
	return &lateListener{newListener(), make(chan struct{}, 2), us}, peer
}

func (l *lateListener) Accept() (net.Conn, error) {
	l.accepting <- struct{}{}
	<-l.closed
	if c := l.late; c != nil {
		l.late = nil
		return c, nil
	}
	return nil, net.ErrClosed
}

func TestShutdownServesWhatWasAccepted(t *testing.T) {
	var core serve.Core
	l, peer := newLateListener()
	result := start(&core, l, serve.Options{Conn: echo(nil)})
	<-l.accepting
	done := make(chan error)
	go func() { done <- core.Shutdown(context.Background()) }()
	ask(t, peer)
	<-result
	if err := <-done; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

func TestCloseDropsWhatWasAccepted(t *testing.T) {
	var core serve.Core
	l, peer := newLateListener()
	result := start(&core, l, serve.Options{Conn: echo(nil)})
	<-l.accepting
	core.Close()
	wantClosed(t, peer)
	<-result
}
