package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// A lock of another process is asked for again after these pauses: it is held
// for one write, so the first is short. A call that waits in the kernel could
// not be cancelled.
const (
	firstPause = 100 * time.Microsecond
	lastPause  = 10 * time.Millisecond
)

// lock keeps every other goroutine and process from changing a subfolder.
func (s *Store) lock(ctx context.Context, shard byte) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case s.busy[shard] <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	held, err := s.lockFile(ctx, shardDir(shard))
	if err != nil {
		<-s.busy[shard]
		return nil, err
	}
	return func() {
		held.Close()
		<-s.busy[shard]
	}, nil
}

func (s *Store) lockFile(ctx context.Context, dir string) (io.Closer, error) {
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		held, err := tryLock(s.root, dir+"/"+lockName)
		if errors.Is(err, fs.ErrNotExist) {
			if err = s.makeDir(dir); err == nil {
				continue
			}
		}
		if err != nil {
			return nil, fmt.Errorf("filestore: %w", err)
		}
		if held != nil {
			return held, nil
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		}
	}
}

// makeDir makes a subfolder, unless another process is faster.
func (s *Store) makeDir(dir string) error {
	if err := s.root.Mkdir(dir, 0o700); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	}
	return s.sync(".")
}
