//go:build unix

package netbuf

import (
	"io"
	"net"
	"syscall"
)

// sender writes a connection as its Write does: attempts, and the wait for
// readiness after one that came too early; deadlines work.
type sender struct {
	socket
	attempt func(fd uintptr) bool

	before func()
	told   bool // before was called, and nothing has got through since
	rest   []byte
	err    error
}

// maxWrite is what package net gives one call: some systems fail on 2 GiB.
const maxWrite = 1 << 30

func (x *sender) init(conn net.Conn) {
	x.socket.init(conn)
	x.attempt = x.try
}

func (x *sender) write(p []byte, before func()) (int, error) {
	x.before, x.told, x.rest, x.err = before, false, p, nil
	err := x.raw.Write(x.attempt)
	if err == nil && x.err != nil {
		err = x.failed("write", x.err)
	}
	n := len(p) - len(x.rest)
	x.rest = nil
	return n, err
}

// try is called by RawConn until it returns true, each time after waiting.
func (x *sender) try(fd uintptr) bool {
	for len(x.rest) > 0 {
		n, err := syscall.Write(int(fd), x.rest[:min(len(x.rest), maxWrite)])
		switch {
		case n > 0:
			x.rest, x.told = x.rest[n:], false
		case err == syscall.EAGAIN:
			if !x.told {
				x.before()
				x.told = true
			}
			return false
		case err == nil:
			x.err = io.ErrUnexpectedEOF
			return true
		case err != syscall.EINTR:
			x.err = err
			return true
		}
	}
	return true
}
