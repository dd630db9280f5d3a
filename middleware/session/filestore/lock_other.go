//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package filestore

import (
	"io"
	"os"
)

// tryLock takes the lock that name is, and returns nil if somebody has it.
func tryLock(root *os.Root, name string) (io.Closer, error) { return tryExclusive(root, name) }
