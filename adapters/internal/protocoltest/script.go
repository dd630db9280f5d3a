package protocoltest

import (
	"bytes"
	"net"
	"sync"
	"testing"
	"time"
)

// Script is a connection on which everything has been sent already, and which
// notes what it is answered, and in how many calls.
type Script struct {
	net.Conn // nil: no other method is called
	in       *bytes.Reader
	closed   chan struct{}

	mu            sync.Mutex
	out           []byte
	end           bool
	reads, writes int
}

// NewScript returns a connection whose peer has sent b, and no more. An answer
// of 512 bytes finds room in it without an allocation.
func NewScript(b []byte) *Script {
	return &Script{in: bytes.NewReader(b), closed: make(chan struct{}), out: make([]byte, 0, 512)}
}

func (s *Script) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	return s.in.Read(p)
}

func (s *Script) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.end {
		return 0, net.ErrClosed
	}
	s.writes++
	s.out = append(s.out, p...)
	return len(p), nil
}

func (s *Script) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.end {
		close(s.closed)
	}
	s.end = true
	return nil
}

func (s *Script) LocalAddr() net.Addr              { return scripted }
func (s *Script) RemoteAddr() net.Addr             { return scripted }
func (s *Script) SetReadDeadline(time.Time) error  { return nil }
func (s *Script) SetWriteDeadline(time.Time) error { return nil }

// Calls returns how often it was read and written.
func (s *Script) Calls() (reads, writes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads, s.writes
}

// scripted is the address of both ends: a socket with a file, from which AJP is
// served without a secret.
var scripted = &net.UnixAddr{Net: "unix", Name: "/run/app.sock"}

// Stage is a listener for scripts.
type Stage chan net.Conn

// NewStage has s serve scripts until the test ends.
func NewStage(t testing.TB, s Server) Stage {
	stage := make(Stage)
	Serve(t, s, stage)
	return stage
}

// Play has the server play s to its end, and returns what it has answered.
func (l Stage) Play(s *Script) []byte {
	l <- s
	<-s.closed
	return s.out
}

func (l Stage) Accept() (net.Conn, error) {
	if c, ok := <-l; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (l Stage) Close() error   { close(l); return nil }
func (l Stage) Addr() net.Addr { return scripted }
