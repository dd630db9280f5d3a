package serve

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"

	"github.com/gangplank-web/gangplank/adapters/internal/netbuf"
)

// Link is a connection from a front server, on which it sends one request after
// the other. The connection's goroutine reads the request, runs the handler and
// ends the request. While the handler runs, a second goroutine may read the
// connection: that of the body, if it is read ahead, or that of the watch.
//
// How the connection is read is the protocol's.
type Link struct {
	*Conn
	Service   *Service
	Deadlines Deadlines
	Watch     Watch
	Out       Sender

	ctx      context.Context
	parent   *parent     // nil unless ctx can be cancelled
	response *Response   // nil between two: an idle connection holds no request
	lost     atomic.Bool // it broke, or its peer does not keep to the protocol
}

// Init prepares l for a connection; ctx is that of its requests.
func (l *Link) Init(ctx context.Context, c *Conn, s *Service) {
	l.Conn, l.Service, l.ctx, l.parent = c, s, ctx, newParent(ctx)
	l.Deadlines.Init(c.Conn, &s.Timeouts)
	l.Watch.init(&l.Deadlines, s.watches)
	l.Out.Init(c, s.Timeouts.Write, l.writeFailed)
}

// writeFailed is called by whoever writes.
func (l *Link) writeFailed(err error) {
	l.lost.Store(true)
	if rp := l.response; rp != nil {
		rp.Exchange.Cancel(err)
	}
}

// Lost reports whether the connection is of no more use.
func (l *Link) Lost() bool { return l.lost.Load() }

// Remote is the peer's address, for the log.
func (l *Link) Remote() string { return l.RemoteAddr().String() }

// End says that the request is over, as [Conn.End] does, and lets go of it.
func (l *Link) End() bool {
	l.response = nil
	l.parent.adopt(nil)
	return l.Conn.End()
}

// Linger ends a connection on which the peer may still be sending; see
// [Conn.Linger].
func (l *Link) Linger(src io.Reader) { l.Conn.Linger(&l.Deadlines, src) }

// Finish is the end of the connection's goroutine, which read from in. It also
// comes from a handler that calls runtime.Goexit, while others read.
func (l *Link) Finish(in *netbuf.Reader) {
	l.parent.end()
	l.Close()
	l.Watch.End()
	if l.response != nil {
		l.response.request.Drain(0)
	}
	in.Release()
}

// isProtocolError reports whether err is the peer's fault rather than that of
// the network, or of time.
func isProtocolError(err error) bool {
	var ne net.Error
	return err != io.EOF && err != io.ErrUnexpectedEOF && !errors.As(err, &ne) && !errors.Is(err, net.ErrClosed)
}
