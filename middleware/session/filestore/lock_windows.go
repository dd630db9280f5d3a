package filestore

import (
	"io"
	"os"
	"syscall"
	"unsafe"
)

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

const (
	lockFailImmediately = 1
	lockExclusive       = 2

	errLockViolation = syscall.Errno(33)
)

// tryLock takes the lock that name is, and returns nil if somebody has it.
// Closing it, or the end of the process, gives it back.
func tryLock(root *os.Root, name string) (io.Closer, error) {
	f, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	var whole syscall.Overlapped
	ok, _, err := lockFileEx.Call(f.Fd(), lockExclusive|lockFailImmediately, 0, 1, 0, uintptr(unsafe.Pointer(&whole)))
	if ok != 0 {
		return f, nil
	}
	f.Close()
	if err == errLockViolation || err == syscall.ERROR_IO_PENDING {
		return nil, nil
	}
	return nil, &os.PathError{Op: "LockFileEx", Path: name, Err: err}
}
