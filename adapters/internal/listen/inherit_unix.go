//go:build unix

package listen

import "syscall"

// IsListening tells whether a descriptor is a listening socket. A connected socket, as inetd passes it, is none.
func IsListening(fd int) bool {
	n, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_ACCEPTCONN)
	return err == nil && n != 0
}

// IsConnected tells whether a descriptor is a connected socket.
func IsConnected(fd int) bool {
	_, err := syscall.Getpeername(fd)
	return err == nil
}

func closeOnExec(fd int) { syscall.CloseOnExec(fd) }
