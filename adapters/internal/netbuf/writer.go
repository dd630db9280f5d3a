package netbuf

import (
	"errors"
	"net"
	"os"
)

// Writer writes a connection, and says when it has to wait for the peer: a
// deadline is needed only there, and a write that the socket takes at once, as
// nearly all are, goes without the price of one. It is a good part of a
// microsecond, and a timer that each decision of the scheduler looks at.
type Writer struct {
	conn   net.Conn
	before func()
	sender sender
}

// Tries is how often in a row a write is tried that a deadline cuts off before
// anything has got through. A peer that reads slowly is not one that has stopped,
// but waiting does not show it: a socket that was full is reported as writable when a
// good part of it is free again (on Linux a third, or three quarters), which can take
// the slow peer of a large buffer minutes. It takes a write as soon as there is any
// room.
const Tries = 4

// Init makes w write to conn, and call before, which may set a deadline, ahead of a
// wait: of the first of a Write, of each that comes after something got through, and
// of each try after a deadline. Where a wait cannot be told beforehand, it is called
// for each try.
func (w *Writer) Init(conn net.Conn, before func()) {
	w.conn, w.before = conn, before
	w.sender.init(conn)
}

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (n int, err error) {
	if !w.sender.able() {
		w.before()
	}
	err = w.persist(func() (m int, err error) {
		if w.sender.able() {
			m, err = w.sender.write(p[n:], w.before)
		} else {
			m, err = w.conn.Write(p[n:])
		}
		n += m
		return m, err
	})
	return n, err
}

// WriteAll writes several buffers, with one system call where that is possible,
// and consumes them. It cannot tell a wait beforehand.
func (w *Writer) WriteAll(bufs *net.Buffers) error {
	w.before()
	return w.persist(func() (int, error) {
		n, err := bufs.WriteTo(w.conn)
		return int(n), err
	})
}

// persist calls write until that has failed otherwise than by a deadline, or Tries
// times in a row for nothing.
func (w *Writer) persist(write func() (n int, err error)) error {
	for vain := 0; ; w.before() {
		n, err := write()
		if n > 0 {
			vain = 0
		} else {
			vain++
		}
		if vain == Tries || !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
	}
}
