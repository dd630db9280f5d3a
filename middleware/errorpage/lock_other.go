//go:build !unix || solaris || aix

package errorpage

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// staleLock is how old the lock of a process becomes that has died.
const staleLock = 10 * time.Second

// tryLock locks a folder by a file that only one can make, or returns errLocked;
// so also for other reasons, since Windows refuses for a moment what is being
// removed.
func tryLock(dir string) (unlock func(), err error) {
	name := filepath.Join(dir, ".lock")
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		_ = f.Close()
		return func() { _ = os.Remove(name) }, nil
	}
	if info, gone := os.Stat(name); gone == nil && time.Since(info.ModTime()) > staleLock {
		_ = os.Remove(name)
	}
	return nil, fmt.Errorf("%w: %w", errLocked, err)
}
