package cgi

import (
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// standard is the process's standard input or output. It becomes a file of its
// own, with deadlines, when something may have to wait for it; an answer that
// goes out as a whole does not wait for the runtime's poller to begin its work.
type standard struct {
	shared *os.File
	once   sync.Once
	opened atomic.Pointer[os.File]
}

func (s *standard) open() *os.File {
	s.once.Do(func() { s.opened.Store(private(s.shared)) })
	return s.opened.Load()
}

func (s *standard) Read(p []byte) (int, error) { return s.open().Read(p) }

func (s *standard) Write(p []byte) (int, error) {
	if f := s.opened.Load(); f != nil {
		return f.Write(p)
	}
	n, err := writeShared(s.shared, p)
	if err == errWouldWait {
		rest, err := s.open().Write(p[n:])
		return n + rest, err
	}
	return n, err
}

func (s *standard) SetReadDeadline(t time.Time) error  { return s.open().SetReadDeadline(t) }
func (s *standard) SetWriteDeadline(t time.Time) error { return s.open().SetWriteDeadline(t) }
func (s *standard) Stat() (os.FileInfo, error)         { return s.shared.Stat() }

// Close closes the shared descriptor as well: a web server waits until the last
// one is closed.
func (s *standard) Close() error {
	err := s.open().Close()
	if s.opened.Load() != s.shared {
		err = errors.Join(err, s.shared.Close())
	}
	return err
}

// errWouldWait is what writeShared returns when somebody has made the
// descriptor non-blocking.
var errWouldWait = errors.New("cgi: the write would wait")

// openStdio prepares standard input and output for waiting.
func (x *exchange) openStdio() {
	for _, f := range []any{x.stdin, x.out.to} {
		if s, ok := f.(*standard); ok {
			s.open()
		}
	}
}

// input is the request's body as a spool.Source.
type input struct{ io.Reader }

// SetReadDeadline interrupts a Read where standard input can be interrupted.
func (in input) SetReadDeadline(t time.Time) error {
	if d, ok := in.Reader.(interface{ SetReadDeadline(time.Time) error }); ok {
		return d.SetReadDeadline(t)
	}
	return os.ErrNoDeadline
}

// output is standard output with a buffer before it. What fits in the buffer as
// a whole goes out in one write.
type output struct {
	to    io.Writer
	buf   []byte
	begun bool  // something is out
	err   error // of the first write that failed; none is tried after it
}

// bufferSize takes a response head and what gangplank.Writer held back, and a
// few small writes after that.
const bufferSize = 16 << 10

func (o *output) room() int { return bufferSize - len(o.buf) }

// flush writes the buffer.
func (o *output) flush() error {
	if len(o.buf) == 0 {
		return o.err
	}
	err := o.write(o.buf)
	o.buf = o.buf[:0]
	return err
}

// write writes past the buffer.
func (o *output) write(p []byte) error {
	if o.err == nil {
		o.begun = true
		_, o.err = o.to.Write(p)
	}
	return o.err
}
