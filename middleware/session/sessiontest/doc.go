// Package sessiontest tests that a session store keeps what session.Store
// promises: the stores of this library, and anybody's.
//
//	func TestStore(t *testing.T) {
//		sessiontest.Run(t, func(t *testing.T) sessiontest.Store { return open(t, t.TempDir()) })
//	}
//
// For a store that processes share there is [RunProcesses] as well: it runs the
// test binary several times over one store, and kills it while it writes.
//
// A store that has a method Collect(context.Context) (int, error), which
// removes what has expired and says how much that was, is also tested for not
// removing anything else.
//
// That is all that package session needs of a Store, also for the list of a user's
// sessions, which is an entry like a session and changes in the same way.
package sessiontest

import (
	"context"
	"testing"
	"time"
)

// Store is session.Store, method by method: it is repeated here so that this
// package imports nothing but the standard library.
type Store interface {
	Load(ctx context.Context, key string) (data []byte, version uint64, err error)
	Save(ctx context.Context, key string, data []byte, version uint64, expires time.Time) (next uint64, err error)
	Delete(ctx context.Context, key string) error
}

// collector is what a store may be besides.
type collector interface {
	Collect(ctx context.Context) (int, error)
}

// testCase tests a store in which nothing is stored.
type testCase struct {
	name string
	run  func(s store)
}

// Run tests the stores that open returns, one for each test. Nothing may be
// stored in them, and nothing else may use them.
func Run(t *testing.T, open func(t *testing.T) Store) {
	for _, cases := range [][]testCase{contentCases, versionCases, expiryCases, raceCases, cancelCases, collectCases} {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) { c.run(store{t, open(t)}) })
		}
	}
}
