package auth

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"runtime"
	"sync/atomic"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

// HasherConfig says how passwords are hashed. The zero value is good: argon2id
// with 19 MiB, twice, on one processor (OWASP's Password Storage Cheat Sheet),
// some 20 ms.
type HasherConfig struct {
	_ [0]func()

	// Memory is what one hash takes, in KiB. Default: 19456.
	Memory uint32

	// Time is how many times the memory is gone over. Default: 2.
	Time uint32

	// Threads is how many processors work on one hash. Default: 1; a server has
	// other requests for the others.
	Threads uint8

	// Concurrent is how many hashes are computed at once: it bounds the memory
	// and the processors that people who log in can take. Default: as many as
	// there are processors.
	Concurrent int

	// Queue is how many more may wait for their turn; others are told to come
	// back, with 503. Default: 64.
	Queue int
}

// Validate reports all that is wrong with the settings.
func (cfg HasherConfig) Validate() error {
	var f settings.Faults
	cfg = cfg.withDefaults()
	if cfg.Memory < 8*uint32(cfg.Threads) || cfg.Memory > maxMemory {
		f.Add("Memory", "%d KiB is not between 8 for each thread and %d", cfg.Memory, maxMemory)
	}
	if cfg.Time > maxTime {
		f.Add("Time", "%d is more than %d", cfg.Time, maxTime)
	}
	if cfg.Concurrent < 0 {
		f.Add("Concurrent", "%d is negative", cfg.Concurrent)
	}
	if cfg.Queue < 0 {
		f.Add("Queue", "%d is negative", cfg.Queue)
	}
	return f.Join()
}

func (cfg HasherConfig) withDefaults() HasherConfig {
	settings.Default(&cfg.Memory, 19456)
	settings.Default(&cfg.Time, 2)
	settings.Default(&cfg.Threads, 1)
	settings.Default(&cfg.Concurrent, runtime.GOMAXPROCS(0))
	settings.Default(&cfg.Queue, 64)
	return cfg
}

// Hasher hashes passwords, a few at a time. Its methods may be called from
// several goroutines at once; programs need one.
type Hasher struct {
	cfg     HasherConfig
	turns   chan struct{}
	waiting atomic.Int64
}

// NewHasher returns a Hasher. It panics if cfg is not valid; see
// [HasherConfig.Validate].
func NewHasher(cfg HasherConfig) *Hasher {
	settings.Check("auth: HasherConfig", cfg.Validate())
	cfg = cfg.withDefaults()
	return &Hasher{cfg: cfg, turns: make(chan struct{}, cfg.Concurrent)}
}

// MaxPassword is the length in bytes above which a password is never right.
const MaxPassword = 1024

// Hash returns the hash of a password, to be stored: a PHC string.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLen)
	_, _ = rand.Read(salt) // never fails
	return h.hash(ctx, password, salt)
}

const saltLen = 16

func (h *Hasher) hash(ctx context.Context, password string, salt []byte) (string, error) {
	if len(password) > MaxPassword {
		return "", fmt.Errorf("auth: a password of more than %d bytes", MaxPassword)
	}
	a := argon2id{memory: h.cfg.Memory, time: h.cfg.Time, threads: h.cfg.Threads, salt: salt}
	err := h.turn(ctx, func() {
		a.hash = argon2.IDKey([]byte(password), a.salt, a.time, a.memory, a.threads, 32)
	})
	if err != nil {
		return "", err
	}
	return a.String(), nil
}

// Verify reports whether password is the one of hash: argon2id's or bcrypt's. A
// right one may be stale: hashed otherwise than Hash would do it now.
//
// Of bcrypt only the first 72 bytes of a password count, as everywhere.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (ok, stale bool, err error) {
	if err := checkHash(hash); err != nil {
		return false, false, err
	}
	if isBcrypt(hash) {
		err = h.turn(ctx, func() { ok = bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil })
		return ok, true, err
	}
	a, _ := parseArgon2id(hash)
	err = h.turn(ctx, func() { ok = a.matches(password) })
	stale = a.memory != h.cfg.Memory || a.time != h.cfg.Time || a.threads != h.cfg.Threads
	return ok, stale, err
}

// again hashes the password of hash once more, with the settings of today. What
// it returns says of which hash it was made: see markOf.
func (h *Hasher) again(ctx context.Context, hash, password string) (string, error) {
	if a, err := parseArgon2id(hash); err == nil && len(a.salt) < saltLen {
		return h.Hash(ctx, password) // one that somebody may have typed: it would tell of the old hash
	}
	sum := markSum(hash)
	return h.hash(ctx, password, sum[:saltLen])
}

// spend takes as long as Verify does for a hash of Hash's.
func (h *Hasher) spend(ctx context.Context, password string) error {
	a := argon2id{memory: h.cfg.Memory, time: h.cfg.Time, threads: h.cfg.Threads, salt: make([]byte, saltLen), hash: make([]byte, 32)}
	return h.turn(ctx, func() { a.matches(password) })
}

// errBusy says that too many wait already.
var errBusy = gangplank.Error(http.StatusServiceUnavailable, "Many people are logging in just now. Please try again in a moment.").With("Retry-After", "2")

// turn waits for a place and runs work.
func (h *Hasher) turn(ctx context.Context, work func()) error {
	if err := h.enter(ctx); err != nil {
		return err
	}
	defer func() { <-h.turns }()
	work()
	return nil
}

func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.turns <- struct{}{}:
		return nil
	default:
	}
	if h.waiting.Add(1) > int64(h.cfg.Queue) {
		h.waiting.Add(-1)
		return errBusy
	}
	defer h.waiting.Add(-1)
	select {
	case h.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
