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

// Init makes w write to conn, and call before, which may set a deadline, ahead of a
// wait: of the first of a Write, and of each that comes after something got
// through. Where a wait cannot be told beforehand, it is called for each Write,
// and again when a deadline has passed meanwhile in which something got through: a
// peer that reads slowly is not one that has stopped.
func (w *Writer) Init(conn net.Conn, before func()) {
	w.conn, w.before = conn, before
	w.sender.init(conn)
}

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (n int, err error) {
	if w.sender.able() {
		return w.sender.write(p, w.before)
	}
	for {
		w.before()
		m, err := w.conn.Write(p[n:])
		if n += m; m == 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
	}
}

// WriteAll writes several buffers, with one system call where that is possible,
// and consumes them. It cannot tell a wait beforehand.
func (w *Writer) WriteAll(bufs *net.Buffers) error {
	for {
		w.before()
		if n, err := bufs.WriteTo(w.conn); n == 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
	}
}
