package serve

import (
	"net"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/netbuf"
)

// Sender is the writing side of a connection that carries one request after the
// other: one write at a time, none after one that has failed, and none for a
// request that is over, since a goroutine that has outlived its request must not
// write into the next one's answer. A write fails when the peer takes nothing of
// it for the timeout; of several buffers, for a quarter more at most.
type Sender struct {
	conn    *Conn
	timeout time.Duration
	failed  func(error)

	mu      sync.Mutex // held while a write waits
	out     netbuf.Writer
	err     error     // of the last write: all is lost then
	request *Response // whose answer it is

	setting sync.Mutex // held while a deadline is set, which a write does not wait for
	armed   bool       // the deadline is that of the timeout
	forced  bool       // the handler has set it
}

// Init prepares s for a connection. failed is called once, with the error of the
// write after which there are no others: a peer that does not take the answer has
// gone away, or its client has. timeout 0 is none.
func (s *Sender) Init(conn *Conn, timeout time.Duration, failed func(error)) {
	s.conn, s.timeout, s.failed = conn, timeout, failed
	s.out.Init(conn.Conn, s.arm)
}

// Open makes request the one for which is written.
func (s *Sender) Open(request *Response) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.request = request
}

// Send writes b for request.
func (s *Sender) Send(request *Response, b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.request != request {
		return ErrOver
	}
	return s.write(b)
}

// Answer writes what is no request's.
func (s *Sender) Answer(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(b)
}

// SendAll writes several buffers, with one system call where that is possible.
func (s *Sender) SendAll(request *Response, bufs *net.Buffers) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.request != request:
		return ErrOver
	case s.err != nil:
		return s.err
	}
	return s.wrote(s.out.WriteAll(bufs))
}

// End writes the last of an answer. Nothing can be sent for its request more.
func (s *Sender) End(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.write(b)
	s.request = nil
	s.setting.Lock()
	defer s.setting.Unlock()
	if s.armed || s.forced {
		s.armed, s.forced = false, false
		s.conn.SetWriteDeadline(time.Time{})
	}
	return err
}

// SetDeadline replaces the timeout until End, also that of a write which is waiting.
func (s *Sender) SetDeadline(t time.Time) error {
	s.setting.Lock()
	defer s.setting.Unlock()
	s.forced = true
	return s.conn.SetWriteDeadline(t)
}

// write writes b. The caller holds mu.
func (s *Sender) write(b []byte) error {
	if s.err != nil {
		return s.err
	}
	if s.armed { // by the write before, and may be over
		s.arm()
	}
	_, err := s.out.Write(b)
	return s.wrote(err)
}

// arm is called before a write that has to wait, or may have to. The caller holds mu.
func (s *Sender) arm() {
	if s.timeout <= 0 {
		return
	}
	s.setting.Lock()
	defer s.setting.Unlock()
	if !s.forced {
		s.armed = true
		s.conn.WriteWithin(max(s.timeout/netbuf.Tries, 1))
	}
}

func (s *Sender) wrote(err error) error {
	if err != nil {
		s.err = err
		s.failed(err)
	}
	return err
}
