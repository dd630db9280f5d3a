//go:build unix

package cgi

import (
	"os"
	"syscall"
)

// private returns standard input or output as a file with another descriptor,
// which has two advantages. A write to it that nobody will read fails, where
// one to descriptor 1 ends a Go program by SIGPIPE. And if it is a pipe or a
// socket, as under a web server, it knows deadlines: the runtime polls only
// what was not blocking when the os.File was made.
//
// That flag belongs to what the descriptors stand for, so that input and output
// both need the treatment: under Apache's mod_cgid they are one socket.
func private(f *os.File) *os.File {
	syscall.ForkLock.RLock()
	fd, err := syscall.Dup(int(f.Fd()))
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return f
	}
	if pollable(fd) {
		_ = syscall.SetNonblock(fd, true)
	}
	return os.NewFile(uintptr(fd), f.Name())
}

// writeShared writes to f's own descriptor. Unlike f.Write it ends nothing by
// SIGPIPE.
func writeShared(f *os.File, p []byte) (n int, err error) {
	fd := int(f.Fd())
	for n < len(p) {
		m, err := syscall.Write(fd, p[n:])
		switch err {
		case nil:
			n += m
		case syscall.EINTR:
		case syscall.EAGAIN:
			return n, errWouldWait
		default:
			return n, &os.PathError{Op: "write", Path: f.Name(), Err: err}
		}
	}
	return n, nil
}

func pollable(fd int) bool {
	var st syscall.Stat_t
	if syscall.Fstat(fd, &st) != nil {
		return false
	}
	kind := st.Mode & syscall.S_IFMT
	return kind == syscall.S_IFIFO || kind == syscall.S_IFSOCK
}
