package redisstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/redis/go-redis/v9"
)

// Config says where sessions are kept.
type Config struct {
	// Client is the connection: a Client, ClusterClient or Ring. The store does
	// not close it.
	Client redis.Cmdable

	// Prefix stands before each key, so that others can use the same database.
	// Default "session:".
	Prefix string
}

// Validate reports what is wrong with c.
func (c Config) Validate() error {
	if c.Client == nil {
		return errors.New("no connection: Client is nil")
	}
	return nil
}

// Store keeps sessions in Redis. It is a session.Store, and may be used by any
// number of goroutines and processes at once.
type Store struct{ config Config }

// New returns the store at config.Client. It panics when Validate says that
// something is wrong with config.
func New(config Config) *Store {
	if err := config.Validate(); err != nil {
		panic("redisstore: " + err.Error())
	}
	if config.Prefix == "" {
		config.Prefix = "session:"
	}
	return &Store{config}
}

const versionLen = 8

// Load returns what is stored under key, and its version, 0 for nothing.
func (s *Store) Load(ctx context.Context, key string) (data []byte, version uint64, err error) {
	b, err := s.config.Client.Get(ctx, s.config.Prefix+key).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("redisstore: loading: %w", err)
	}
	if len(b) < versionLen {
		return nil, 0, fmt.Errorf("redisstore: loading: not a session: %d bytes", len(b))
	}
	return b[versionLen:], binary.BigEndian.Uint64(b), nil
}

// save sets KEYS[1] to ARGV[2], version and data, until ARGV[3], if the version
// there is ARGV[1], "" for nothing. Where its own version is there already the
// client has sent it for the second time, because it missed the first answer.
// Versions are compared as bytes: Lua's numbers have 53 bits.
var save = redis.NewScript(`
local stored = redis.call('GETRANGE', KEYS[1], 0, 7)
if stored == string.sub(ARGV[2], 1, 8) then return 1 end
if stored ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3])
return 1
`)

// Save stores data under key if the stored version is still version, and
// returns the new one, 0 if it is not.
func (s *Store) Save(ctx context.Context, key string, data []byte, version uint64, expires time.Time) (next uint64, err error) {
	// By chance: a counter would have to outlive what is deleted, or give a
	// version twice.
	next = 1 + rand.Uint64N(math.MaxUint64)
	value := binary.BigEndian.AppendUint64(make([]byte, 0, versionLen+len(data)), next)
	value = append(value, data...)
	// Redis refuses a time before 1970. Any that has passed will do.
	until := max(expires.UnixMilli(), 1)
	changed, err := save.Run(ctx, s.config.Client, []string{s.config.Prefix + key}, versionBytes(version), value, until).Bool()
	if err != nil {
		return 0, fmt.Errorf("redisstore: saving: %w", err)
	}
	if !changed {
		return 0, nil
	}
	return next, nil
}

// versionBytes returns what the script finds where version is stored.
func versionBytes(version uint64) []byte {
	if version == 0 {
		return []byte{}
	}
	return binary.BigEndian.AppendUint64(nil, version)
}

// Delete removes what is stored under key.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := s.config.Client.Del(ctx, s.config.Prefix+key).Err(); err != nil {
		return fmt.Errorf("redisstore: deleting: %w", err)
	}
	return nil
}
