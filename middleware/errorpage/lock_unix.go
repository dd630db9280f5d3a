//go:build unix && !solaris && !aix

package errorpage

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// tryLock locks a folder, or returns errLocked. The lock ends with its process.
func tryLock(dir string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	switch err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case err == nil:
		return func() { _ = f.Close() }, nil
	case errors.Is(err, syscall.EWOULDBLOCK), errors.Is(err, syscall.EINTR):
		err = errLocked
	}
	_ = f.Close()
	return nil, err
}
