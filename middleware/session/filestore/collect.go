package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"time"
)

// enough is how many sessions a Save that collects looks at: all of a small
// store, one subfolder of a large one.
const enough = 256

// Collect removes all sessions that have expired and returns how many these
// were. Save does it as well, bit by bit: see [Config.CollectEvery].
func (s *Store) Collect(ctx context.Context) (int, error) { return s.collect(ctx, 0, math.MaxInt) }

// collectSome collects in a part of the store. It is not what was asked for,
// so that it cannot fail; and the request may be over at any time.
func (s *Store) collectSome(ctx context.Context) {
	_, err := s.collect(ctx, rand.IntN(shards), enough)
	if err != nil && ctx.Err() == nil {
		s.config.Logger.Warn("filestore: collecting expired sessions", "error", err)
	}
}

// collect goes through the subfolders from first on until it has seen enough.
func (s *Store) collect(ctx context.Context, first, enough int) (removed int, err error) {
	var errs []error
	seen := 0
	for i := range shards {
		if seen >= enough || ctx.Err() != nil {
			break
		}
		n, m, err := s.sweep(ctx, byte(first+i))
		seen, removed = seen+n, removed+m
		errs = append(errs, err)
	}
	return removed, errors.Join(append(errs, ctx.Err())...)
}

// sweep collects in one subfolder. Its lock is taken only if there is
// something to remove, and then it is looked at once more: a session may have been
// stored there anew.
func (s *Store) sweep(ctx context.Context, shard byte) (seen, removed int, err error) {
	names, err := s.names(shard)
	if err != nil {
		return 0, 0, err
	}
	var expired []place
	for _, name := range names {
		if p := placeIn(shard, name); s.expired(p) {
			expired = append(expired, p)
		}
	}
	if len(expired) == 0 {
		return len(names), 0, nil
	}
	unlock, err := s.lock(ctx, shard)
	if err != nil {
		return len(names), 0, err
	}
	defer unlock()
	var errs []error
	for _, p := range expired {
		if !s.expired(p) {
			continue
		}
		if err := s.root.Remove(p.path); err != nil {
			errs = append(errs, fmt.Errorf("filestore: %w", err))
			continue
		}
		removed++
	}
	return len(names), removed, errors.Join(errs...)
}

// names returns the names of the sessions' files in a subfolder.
func (s *Store) names(shard byte) ([]string, error) {
	dir, err := s.root.Open(shardDir(shard))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("filestore: %w", err)
	}
	defer dir.Close()
	all, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, fmt.Errorf("filestore: %w", err)
	}
	names := all[:0]
	for _, name := range all {
		if len(name) == nameLen {
			names = append(names, name)
		}
	}
	return names, nil
}

// expired reports whether a file holds a session that has expired, or none at
// all. It reads the head only. What cannot be read stays.
func (s *Store) expired(p place) bool {
	f, err := s.root.Open(p.path)
	if err != nil {
		return false
	}
	defer f.Close()
	var b [headSize]byte
	if _, err := io.ReadFull(f, b[:]); err != nil {
		return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	}
	return !decodeHead(b[:]).live(time.Now())
}
