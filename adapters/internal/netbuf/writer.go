package netbuf

import "net"

// Writer writes a connection, and says when it has to wait for the peer: a
// deadline is needed only there, and a write that the socket takes at once, as
// nearly all are, goes without the price of one. It is a good part of a
// microsecond, and a timer that each decision of the scheduler looks at.
type Writer struct {
	conn   net.Conn
	before func()
	sender sender
}

// Init makes w write to conn, and call before ahead of a wait, at most once for
// each Write. Where a wait cannot be told beforehand, it is called for each.
func (w *Writer) Init(conn net.Conn, before func()) {
	w.conn, w.before = conn, before
	w.sender.init(conn)
}

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	if w.sender.able() {
		return w.sender.write(p, w.before)
	}
	w.before()
	return w.conn.Write(p)
}
