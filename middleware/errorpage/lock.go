package errorpage

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var errLocked = errors.New("another process has locked them")

// lockPoll is how often it is tried.
const lockPoll = 5 * time.Millisecond

// lockDir keeps other processes from a folder's records. One that was stopped
// while it held the lock, by a debugger or SIGSTOP, must not stop everybody: it
// is waited for until ctx ends.
func lockDir(ctx context.Context, dir string) (unlock func(), err error) {
	for {
		unlock, err = tryLock(dir)
		if !errors.Is(err, errLocked) {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the records in %s: %w", dir, err)
		case <-time.After(lockPoll):
		}
	}
}
