package session

import (
	"context"
	"time"
)

// Store keeps sessions with versions, so that two requests that change one
// session at once are noticed and none brings a destroyed session back. Its
// methods have builtin and standard types only: a store in a module of its own
// needs nothing of ours.
//
// The package sessiontest tests that a Store keeps what is said here. All
// methods may be called from several goroutines at once and, for stores that
// processes share, from several processes.
type Store interface {
	// Load returns what is stored under key, and its version. Version 0 without
	// an error says that there is nothing, or that it has expired. The caller
	// may keep and change data.
	Load(ctx context.Context, key string) (data []byte, version uint64, err error)

	// Save stores data under key until expires, all of it or nothing, if the
	// stored version is still version; 0 stands for nothing stored, or expired.
	// It returns the version that it gave the data, never one that key had
	// before. 0 without an error says that another version is stored, or none
	// any more, and that nothing was changed.
	Save(ctx context.Context, key string, data []byte, version uint64, expires time.Time) (next uint64, err error)

	// Delete removes what is stored under key. Nothing there is no error. A
	// Save with a version from before then returns 0.
	Delete(ctx context.Context, key string) error
}
