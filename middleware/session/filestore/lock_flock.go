//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package filestore

import (
	"io"
	"os"
	"syscall"
)

// tryLock takes the lock that name is, and returns nil if somebody has it.
// Closing it, or the end of the process, gives it back.
func tryLock(root *os.Root, name string) (io.Closer, error) {
	f, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	f.Close()
	if err == syscall.EWOULDBLOCK || err == syscall.EINTR {
		return nil, nil
	}
	return nil, &os.PathError{Op: "flock", Path: name, Err: err}
}
