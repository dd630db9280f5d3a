package serve

import (
	"io"
	"time"
)

// How long the end of a connection, or of a request whose body nobody has read,
// may take: the front server has to be read while it is still sending. A close
// with unread bytes in the socket destroys the tail of the answer
// (golang.org/issue/4183).
const (
	DrainTime  = 10 * time.Second
	drainBytes = 256 << 20
)

// CloseWrite tells the peer that nothing more comes, where a connection can be
// closed for one direction alone. It reports false when that has failed.
func (c *Conn) CloseWrite() bool {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	return !ok || half.CloseWrite() == nil
}

// Linger ends a connection on which the peer may still be sending: it reads that
// from src to its end, within bounds, so that what we have sent arrives.
func (c *Conn) Linger(d *Deadlines, src io.Reader) {
	if c.CloseWrite() && d.Force(time.Now().Add(DrainTime)) == nil {
		io.CopyN(io.Discard, src, drainBytes)
	}
}
