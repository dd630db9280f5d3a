package sqlstore

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"
)

// batch is how many rows are removed at once: as many as nobody has to wait for.
const batch = 100

// Collect removes all sessions that have expired and returns how many these
// were. Save does it as well, bit by bit: see [Config.CollectEvery].
func (s *Store) Collect(ctx context.Context) (int, error) {
	for total := 0; ; {
		found, removed, err := s.collect(ctx)
		total += removed
		if found == 0 || err != nil {
			return total, err
		}
	}
}

// collectSome removes some. It is not what was asked for, so that it cannot
// fail; and the request may be over at any time.
func (s *Store) collectSome(ctx context.Context) {
	if _, _, err := s.collect(ctx); err != nil && ctx.Err() == nil {
		s.config.Logger.Warn("sqlstore: collecting expired sessions", "error", err)
	}
}

// collect finds sessions that have expired and removes them by their keys, in
// order: whoever locks several rows must lock them in the order of everybody
// else, or two wait for each other. Deleting what a condition finds has no order.
func (s *Store) collect(ctx context.Context) (found, removed int, err error) {
	now := time.Now().UnixMilli()
	keys, err := s.find(ctx, now)
	if len(keys) == 0 || err != nil {
		return 0, 0, err
	}
	slices.SortFunc(keys, bytes.Compare)
	args := []any{now}
	for _, key := range keys {
		args = append(args, key)
	}
	n, err := s.exec(ctx, dialects[s.config.Dialect].clear(s.config.Table, len(keys)), args...)
	if err != nil {
		return 0, 0, fmt.Errorf("sqlstore: collecting: %w", err)
	}
	return len(keys), int(n), nil
}

// find returns the keys of some sessions that have expired.
func (s *Store) find(ctx context.Context, now int64) (keys [][]byte, err error) {
	rows, err := s.config.DB.QueryContext(ctx, s.sql.find, now)
	if err != nil {
		return nil, fmt.Errorf("sqlstore: collecting: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key []byte
		if err := rows.Scan(&key); err != nil {
			return nil, fmt.Errorf("sqlstore: collecting: %w", err)
		}
		keys = append(keys, key)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("sqlstore: collecting: %w", err)
	}
	return keys, nil
}
