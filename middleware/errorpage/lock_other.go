//go:build !unix || solaris || aix

package errorpage

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// lockDir keeps other processes from a folder's records by a file that only one
// can make. A process that has died leaves it behind; after a while it is stale.
func lockDir(dir string) (unlock func(), err error) {
	const stale, patience = 10 * time.Second, 2 * time.Second
	name := filepath.Join(dir, ".lock")
	for start := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err == nil {
			_ = f.Close()
			return func() { _ = os.Remove(name) }, nil
		}
		if info, gone := os.Stat(name); gone == nil && time.Since(info.ModTime()) > stale {
			_ = os.Remove(name)
		}
		if time.Since(start) > patience {
			return nil, errors.New("errorpage: the records are locked")
		}
	}
}
