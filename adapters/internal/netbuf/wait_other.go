//go:build !unix

package netbuf

import (
	"errors"
	"net"
)

// waiter is not able to wait without a buffer on this system.
type waiter struct{}

func (*waiter) init(net.Conn) {}
func (*waiter) able() bool    { return false }

func (*waiter) read() (*buffer, int, error) { return nil, 0, errors.ErrUnsupported }

// sender is not able to tell a wait beforehand on this system.
type sender struct{}

func (*sender) init(net.Conn) {}
func (*sender) able() bool    { return false }

func (*sender) write([]byte, func()) (int, error) { return 0, errors.ErrUnsupported }
