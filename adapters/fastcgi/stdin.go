package fastcgi

import (
	"errors"
	"io"
	"net"
	"time"
)

// stream is one of a request's input streams, STDIN or DATA: a spool.Source.
type stream struct {
	rq     *request
	kind   recordType
	want   int64 // the length announced, or less than 0
	got    int64
	closed bool // its last record has come
}

// Read implements spool.Source. It returns io.EOF together with the last bytes
// where the front server sent the end of the stream along with them.
func (s *stream) Read(p []byte) (n int, err error) {
	in := &s.rq.conn.in
	for !s.closed {
		if in.left > 0 && in.rec.kind == s.kind && in.rec.id == s.rq.id {
			n, err = in.read(p)
			s.got += int64(n)
			if err != nil || in.left > 0 || !in.buffered() {
				return n, s.failed(err)
			}
		}
		if err = s.advance(); err != nil || n > 0 && !s.closed {
			return n, err
		}
	}
	// A body that is shorter than announced must not pass for a whole one: the
	// client went away.
	if s.got < s.want {
		return n, io.ErrUnexpectedEOF
	}
	return n, io.EOF
}

// advance goes on to the next record.
func (s *stream) advance() error {
	rec, err := s.rq.conn.in.next()
	if err == nil {
		err = s.rq.receive(rec)
	}
	return s.failed(err)
}

// failed deals with an error of the connection. Time that has run out is none:
// the handler may have more of it.
func (s *stream) failed(err error) error {
	if ne := net.Error(nil); err == nil || err == ErrAborted || errors.As(err, &ne) && ne.Timeout() {
		return err
	}
	s.rq.lose(err)
	return truncated(err)
}

// SetReadDeadline implements spool.Source.
func (s *stream) SetReadDeadline(t time.Time) error { return s.rq.conn.force(t) }
