//go:build unix

package netbuf

import (
	"net"
	"os"
	"syscall"
)

// socket is a connection whose system calls can be made by others than package net.
type socket struct {
	conn net.Conn
	raw  syscall.RawConn // nil where they cannot
}

// init prepares for conn, if that is a socket and not something around one,
// whose Read and Write may have more to do than that.
func (s *socket) init(conn net.Conn) {
	var sc syscall.Conn
	switch conn := conn.(type) {
	case *net.UnixConn:
		sc = conn
	case *net.TCPConn:
		sc = conn
	default:
		return
	}
	if raw, err := sc.SyscallConn(); err == nil {
		s.conn, s.raw = conn, raw
	}
}

func (s *socket) able() bool { return s.raw != nil }

// failed makes the error of a call what package net makes of it, a net.Error.
func (s *socket) failed(call string, err error) error {
	local, peer := s.conn.LocalAddr(), s.conn.RemoteAddr()
	return &net.OpError{Op: call, Net: local.Network(), Source: local, Addr: peer, Err: os.NewSyscallError(call, err)}
}
