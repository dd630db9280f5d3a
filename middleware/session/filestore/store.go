package filestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"time"
)

// Store keeps sessions in files. It is a session.Store, and may be used by any
// number of goroutines and processes at once.
type Store struct {
	config Config
	root   *os.Root
	busy   [shards]chan struct{} // the locks within this process
}

// Open returns the store in config.Dir.
func Open(config Config) (*Store, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, err
	}
	root, err := openPrivate(config.Dir)
	if err != nil {
		return nil, fmt.Errorf("filestore: %w", err)
	}
	s := &Store{config: config, root: root}
	for i := range s.busy {
		s.busy[i] = make(chan struct{}, 1)
	}
	return s, nil
}

// openPrivate opens a folder that nobody else may enter, and makes it if it is
// missing. One that is there is not made private: whoever could enter it until
// now may have put sessions of his choice there.
func openPrivate(dir string) (*os.Root, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	info, err := root.Stat(".")
	if err == nil && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		err = fmt.Errorf("%s has the mode %04o: sessions are safe only where nobody else can enter (chmod 700)", dir, info.Mode().Perm())
	}
	if err != nil {
		root.Close()
		return nil, err
	}
	return root, nil
}

// Close releases the folder. Calls after it return an error.
func (s *Store) Close() error { return s.root.Close() }

// Load returns what is stored under key, and its version, 0 for nothing. It
// takes no lock.
func (s *Store) Load(ctx context.Context, key string) (data []byte, version uint64, err error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	h, data, err := s.read(placeOf(key))
	if err != nil || !h.live(time.Now()) {
		return nil, 0, err
	}
	return data, h.version, nil
}

// Save stores data under key if the stored version is still version, and
// returns the new one, 0 if it is not.
func (s *Store) Save(ctx context.Context, key string, data []byte, version uint64, expires time.Time) (next uint64, err error) {
	p := placeOf(key)
	next, err = s.save(ctx, p, data, version, expires)
	if err == nil && s.config.CollectEvery > 0 && rand.IntN(s.config.CollectEvery) == 0 {
		s.collectSome(ctx)
	}
	return next, err
}

func (s *Store) save(ctx context.Context, p place, data []byte, version uint64, expires time.Time) (uint64, error) {
	unlock, err := s.lock(ctx, p.shard)
	if err != nil {
		return 0, err
	}
	defer unlock()
	stored, _, err := s.read(p)
	if err != nil {
		return 0, err
	}
	if !stored.live(time.Now()) {
		stored.version = 0
	}
	if stored.version != version {
		return 0, nil
	}
	h := head{newVersion(), expires.UnixMilli()}
	if err := s.write(p, encode(p.name, h, data)); err != nil {
		return 0, err
	}
	return h.version, nil
}

// newVersion returns a version by chance: a counter would have to outlive what
// is deleted, or give a version twice.
func newVersion() uint64 { return 1 + rand.Uint64N(math.MaxUint64) }

// Delete removes what is stored under key.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := placeOf(key)
	if _, err := s.root.Lstat(p.path); errors.Is(err, fs.ErrNotExist) {
		return nil // no lock, and no subfolder for it, for what is not there
	}
	// Without the lock a Save could have compared already and not yet renamed.
	unlock, err := s.lock(ctx, p.shard)
	if err != nil {
		return err
	}
	defer unlock()
	return s.remove(p)
}
