//go:build unix

package netbuf

import (
	"io"
	"net"
	"syscall"
)

// waiter reads a connection into a buffer that it takes only when there is
// something to read. Its calls are those of net.Conn: one attempt, the wait for
// readiness if that came too early, and another; deadlines work.
type waiter struct {
	socket
	attempt func(fd uintptr) bool

	buf *buffer
	n   int
	err error
}

func (x *waiter) init(conn net.Conn) {
	x.socket.init(conn)
	x.attempt = x.try
}

// read returns a buffer with the n bytes that came, or nil and an error.
func (x *waiter) read() (*buffer, int, error) {
	x.err = nil
	err := x.raw.Read(x.attempt)
	switch {
	case err == nil && x.err != nil:
		err = x.failed("read", x.err)
	case err == nil && x.n == 0:
		err = io.EOF
	}
	buf, n := x.buf, x.n
	x.buf, x.n = nil, 0
	if err != nil {
		return nil, 0, err
	}
	return buf, n, nil
}

// try is called by RawConn until it returns true, each time after waiting.
func (x *waiter) try(fd uintptr) bool {
	buf := buffers.Get().(*buffer)
	for {
		n, err := syscall.Read(int(fd), buf[:])
		switch {
		case err == syscall.EINTR:
			continue
		case n > 0:
			x.buf, x.n = buf, n
			return true
		}
		buffers.Put(buf)
		if err != nil && err != syscall.EAGAIN {
			x.err = err
		}
		return err != syscall.EAGAIN
	}
}
