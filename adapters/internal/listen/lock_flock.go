//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package listen

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

// lock keeps other processes that bind like us out of a folder while one of them looks whether a socket is stale. Nothing is left
// behind: the lock is on the folder itself and ends with the descriptor. Whoever may not open the folder goes without.
func lock(dir string) (unlock func(), err error) {
	folder, err := os.Open(dir)
	if err != nil {
		return func() {}, nil
	}
	// Not LOCK_EX alone: in /tmp any user could hold the lock, and the start would hang without a word.
	for deadline := time.Now().Add(2 * patience); ; time.Sleep(10 * time.Millisecond) {
		err = syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != syscall.EWOULDBLOCK && err != syscall.EINTR {
			return func() { folder.Close() }, nil // locked, or on a file system that cannot
		}
		if time.Now().After(deadline) {
			folder.Close()
			return nil, fmt.Errorf("another process keeps %s locked", dir)
		}
	}
}
