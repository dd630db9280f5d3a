// Package netbuf reads connections through buffers that exist only while there
// is something in them.
//
// A server of kept connections has thousands that wait for a request for each
// one that is being served; with a buffer of its own each, it is the buffers
// that fill the memory. It cannot be helped with net.Conn alone, whose Read wants
// the buffer before it waits. Through syscall.RawConn the waiting comes first,
// and the read that finds bytes is the only one that needs a place for them.
// By the same means a [Writer] knows when it is going to wait.
package netbuf

import (
	"errors"
	"io"
	"net"
	"sync"
)

// Size is how much a Reader buffers at most. A front server's request for a
// page fits, so that it takes one read.
const Size = 8 << 10

type buffer [Size]byte

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// Reader is a buffered reader of a connection. Its methods are for one goroutine
// at a time. It holds no buffer while nothing is buffered.
type Reader struct {
	conn net.Conn
	wait waiter
	buf  *buffer // nil while r == w
	r, w int     // what is buffered is buf[r:w]
	err  error   // the connection's last error that was no timeout
}

// Init makes r read conn.
func (r *Reader) Init(conn net.Conn) {
	r.conn = conn
	r.wait.init(conn)
}

// ErrTooLong is returned by Peek for more than a Reader can buffer.
var ErrTooLong = errors.New("netbuf: more wanted than a buffer holds")

// Buffered returns what has been read and not been discarded. It is valid until
// the next call of another method.
func (r *Reader) Buffered() []byte {
	if r.buf == nil {
		return nil
	}
	return r.buf[r.r:r.w]
}

// Discard removes the first n of the buffered bytes.
func (r *Reader) Discard(n int) {
	r.r += n
	if r.r >= r.w {
		r.Release()
	}
}

// Peek returns the next n bytes without removing them, and reads as often as it
// takes. When that fails it loses nothing: what has come stays buffered. The
// error of a connection that ends in the middle is io.ErrUnexpectedEOF.
func (r *Reader) Peek(n int) ([]byte, error) {
	if n > Size {
		return nil, ErrTooLong
	}
	for r.w-r.r < n {
		if err := r.Fill(); err != nil {
			if err == io.EOF && r.w > r.r {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	return r.buf[r.r : r.r+n], nil
}

// Fill waits for more bytes and buffers them. There must be room: less than Size
// bytes buffered.
func (r *Reader) Fill() error {
	if r.err != nil {
		return r.err
	}
	if r.r > 0 && r.w == Size {
		r.w = copy(r.buf[:], r.buf[r.r:r.w])
		r.r = 0
	}
	n, err := r.fill()
	r.w += n
	if r.w == 0 {
		r.Release()
	}
	if n > 0 {
		return nil
	}
	return r.failed(err)
}

// fill reads once into the free end of the buffer.
func (r *Reader) fill() (int, error) {
	if r.buf != nil {
		return r.conn.Read(r.buf[r.w:])
	}
	if r.wait.able() {
		buf, n, err := r.wait.read()
		r.buf = buf
		return n, err
	}
	r.buf = buffers.Get().(*buffer)
	return r.conn.Read(r.buf[:])
}

// Read reads what is buffered or, when nothing is and p is no smaller than a
// buffer, from the connection directly.
func (r *Reader) Read(p []byte) (int, error) {
	if r.buf == nil {
		if len(p) >= Size && r.err == nil {
			n, err := r.conn.Read(p)
			if n > 0 {
				return n, nil
			}
			return 0, r.failed(err)
		}
		if err := r.Fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.Buffered())
	r.Discard(n)
	return n, nil
}

// failed notes an error after which reading makes no sense.
func (r *Reader) failed(err error) error {
	if err == nil {
		err = io.ErrNoProgress
	}
	if ne, ok := err.(net.Error); !ok || !ne.Timeout() {
		r.err = err
	}
	return err
}

// Release gives the buffer back with what is in it: at the connection's end.
func (r *Reader) Release() {
	if r.buf != nil {
		buffers.Put(r.buf)
		r.buf = nil
	}
	r.r, r.w = 0, 0
}
