package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// maxKey is how long a key may be: what a column of MySQL's can index in every
// row format. The cut key of a lenient MySQL would be another session's.
const maxKey = 256

// Store keeps sessions in a table. It is a session.Store, and may be used by any
// number of goroutines and processes at once.
type Store struct {
	config Config
	sql    statements
}

// New returns the store in config's table. It panics when Validate says that
// something is wrong with config. Nothing is asked of the database yet.
func New(config Config) *Store {
	config = config.withDefaults()
	return &Store{config, dialects[config.Dialect].statements(config.Table)}
}

// Load returns what is stored under key, and its version, 0 for nothing.
func (s *Store) Load(ctx context.Context, key string) (data []byte, version uint64, err error) {
	if err := checkKey(key); err != nil {
		return nil, 0, err
	}
	var stored int64
	row := s.config.DB.QueryRowContext(ctx, s.sql.load, []byte(key), time.Now().UnixMilli())
	err = row.Scan(&stored, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("sqlstore: loading: %w", err)
	}
	return data, uint64(stored), nil
}

// Save stores data under key if the stored version is still version, and
// returns the new one, 0 if it is not.
func (s *Store) Save(ctx context.Context, key string, data []byte, version uint64, expires time.Time) (next uint64, err error) {
	if err := checkKey(key); err != nil {
		return 0, err
	}
	if data == nil {
		data = []byte{} // nil would be NULL
	}
	until := expires.UnixMilli()
	if version == 0 {
		next, err = s.create(ctx, []byte(key), data, until)
	} else {
		next, err = s.update(ctx, []byte(key), data, version, until)
	}
	if err != nil {
		return 0, fmt.Errorf("sqlstore: saving: %w", err)
	}
	if s.config.CollectEvery > 0 && rand.IntN(s.config.CollectEvery) == 0 {
		s.collectSome(ctx)
	}
	return next, nil
}

// create stores a session where there is none. As a rule there is no row; else
// it may be one that has expired, which makes room first. To write over that one
// instead would be wrong: it may be collected in between, and nothing found would
// pass for a conflict.
func (s *Store) create(ctx context.Context, key, data []byte, expires int64) (uint64, error) {
	next := newVersion()
	n, err := s.exec(ctx, s.sql.create, key, next, expires, data)
	if n == 0 && err == nil {
		_, err = s.exec(ctx, s.sql.expire, key, time.Now().UnixMilli())
		if err == nil {
			n, err = s.exec(ctx, s.sql.create, key, next, expires, data)
		}
	}
	return saved(next, n, err)
}

func (s *Store) update(ctx context.Context, key, data []byte, version uint64, expires int64) (uint64, error) {
	next := newVersion()
	n, err := s.exec(ctx, s.sql.update, next, expires, data, key, int64(version), time.Now().UnixMilli())
	return saved(next, n, err)
}

// saved returns next if a row was changed.
func saved(next, rows int64, err error) (uint64, error) {
	if rows == 0 || err != nil {
		return 0, err
	}
	return uint64(next), nil
}

// newVersion returns a version by chance: a counter would have to outlive what
// is deleted, or give a version twice. SQL's integers have a sign.
func newVersion() int64 { return 1 + rand.Int64N(math.MaxInt64) }

// Delete removes what is stored under key.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if _, err := s.exec(ctx, s.sql.remove, []byte(key)); err != nil {
		return fmt.Errorf("sqlstore: deleting: %w", err)
	}
	return nil
}

func checkKey(key string) error {
	if len(key) > maxKey {
		return fmt.Errorf("sqlstore: a key of %d bytes, more than %d", len(key), maxKey)
	}
	return nil
}
