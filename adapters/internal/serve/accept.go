package serve

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"
)

// Serve accepts connections from l until the server stops, which gives
// http.ErrServerClosed, or l fails for good. It closes l before it returns.
func (s *Core) Serve(l net.Listener, o Options) error {
	stop, err := s.listen(&l)
	if err != nil {
		l.Close()
		return err
	}
	defer s.forgetListener(&l)
	base := o.base(l)
	var wait time.Duration
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
			wait = 0
			s.start(base, conn, &o)
		case s.Closing():
			return http.ErrServerClosed
		case !temporary(err):
			return err
		default:
			wait = min(max(2*wait, 5*time.Millisecond), time.Second)
			Logger(o.Logger).Error("accept failed; trying again", "error", err, "in", wait)
			if !sleep(wait, stop) {
				return http.ErrServerClosed
			}
		}
	}
}

// temporary reports whether accepting may work again, as when descriptors have
// run out. net/http has kept to this method for want of another.
func temporary(err error) bool {
	ne, ok := err.(net.Error)
	//lint:ignore SA1019 net/http decides by it too
	return ok && ne.Temporary()
}

// sleep waits for d and reports true, or false as soon as stop is closed.
func sleep(d time.Duration, stop <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-stop:
		return false
	}
}

// start serves one connection, in a goroutine, or turns it away.
func (s *Core) start(base context.Context, conn net.Conn, o *Options) {
	if !o.allowed(conn.RemoteAddr()) {
		Logger(o.Logger).Warn("connection from a peer that is not allowed", "remote", conn.RemoteAddr().String())
		conn.Close()
		return
	}
	c := &Conn{Conn: conn, core: s}
	switch as := s.add(c, o); as {
	case drop:
		if !s.Closing() {
			Logger(o.Logger).Warn("connection dropped: too many", "limit", o.MaxConns, "remote", conn.RemoteAddr().String())
		}
		conn.Close()
	case refuse:
		go s.run(base, c, o, o.Refuse, as)
	default:
		go s.run(base, c, o, o.Conn, as)
	}
}

func (s *Core) run(base context.Context, c *Conn, o *Options, serve func(context.Context, *Conn), as admission) {
	defer s.remove(c, as)
	defer c.done(o.Logger)
	serve(o.connContext(base, c), c)
}

// done ends a connection's goroutine. A panic that gets here is the protocol's,
// since handlers run under [Handle]; it costs this connection and no other.
func (c *Conn) done(log *slog.Logger) {
	if v := recover(); v != nil {
		Logger(log).Error("panic serving a connection", "panic", v,
			"remote", c.RemoteAddr().String(), "stack", string(debug.Stack()))
	}
	c.Close()
	if c.cancel != nil {
		c.cancel()
	}
}
