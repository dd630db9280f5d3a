package filestore

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Both kinds of lock, also the one that this system does not use.
var locks = map[string]func(*os.Root, string) (io.Closer, error){"system": tryLock, "exclusive": tryExclusive}

func openRoot(t *testing.T) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

func mustTry(t *testing.T, try func(*os.Root, string) (io.Closer, error), root *os.Root) io.Closer {
	t.Helper()
	held, err := try(root, "lock")
	if err != nil {
		t.Fatal(err)
	}
	return held
}

func TestLock(t *testing.T) {
	for name, try := range locks {
		t.Run(name, func(t *testing.T) {
			root := openRoot(t)
			first := mustTry(t, try, root)
			if first == nil {
				t.Fatal("a lock that nobody has is not given")
			}
			if mustTry(t, try, root) != nil {
				t.Fatal("a lock that is held is given again")
			}
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
			if again := mustTry(t, try, root); again == nil {
				t.Error("a lock that was given back is not given")
			} else {
				again.Close()
			}
		})
	}
}

func TestLockOfOne(t *testing.T) {
	for name, try := range locks {
		t.Run(name, func(t *testing.T) {
			root := openRoot(t)
			holders, most := make(chan struct{}, 100), 0
			var mu sync.Mutex
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for n := 0; n < 50; {
						held, err := try(root, "lock")
						if err != nil {
							t.Error(err)
							return
						}
						if held == nil {
							continue
						}
						holders <- struct{}{}
						mu.Lock()
						most = max(most, len(holders))
						mu.Unlock()
						<-holders
						held.Close()
						n++
					}
				})
			}
			wg.Wait()
			if most != 1 {
				t.Errorf("got %d holders at once, want 1", most)
			}
		})
	}
}

// A lock that its holder left behind is broken when it is old, and not before.
func TestExclusiveStale(t *testing.T) {
	root := openRoot(t)
	mustTry(t, tryExclusive, root) // and its holder dies
	for _, tt := range []struct {
		age  time.Duration
		free bool
	}{{0, false}, {staleAfter / 2, false}, {staleAfter + time.Second, true}} {
		when := time.Now().Add(-tt.age)
		if err := root.Chtimes("lock", when, when); err != nil {
			t.Fatal(err)
		}
		mustTry(t, tryExclusive, root) // sees its age
		held := mustTry(t, tryExclusive, root)
		if got := held != nil; got != tt.free {
			t.Errorf("after %v: given %t, want %t", tt.age, got, tt.free)
		}
	}
	if names, _ := filepath.Glob(filepath.Join(root.Name(), "*")); len(names) != 1 {
		t.Errorf("left: %q, want the lock alone", names)
	}
}

// Who waits for a lock of another process stops waiting when the request ends.
func TestLockCancelled(t *testing.T) {
	s, err := Open(Config{Dir: filepath.Join(t.TempDir(), "sessions")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	later := time.Now().Add(time.Hour)
	if _, err := s.Save(t.Context(), "key", nil, 0, later); err != nil {
		t.Fatal(err)
	}
	p := placeOf("key")
	held, err := tryLock(s.root, shardDir(p.shard)+"/"+lockName)
	if held == nil || err != nil {
		t.Fatal("the lock was not given back", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	for range 4 { // one waits for the file, the others for that one
		wg.Go(func() {
			if err := s.Delete(ctx, "key"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want context.DeadlineExceeded", err)
			}
		})
	}
	wg.Wait()
	held.Close()
	if err := s.Delete(t.Context(), "key"); err != nil {
		t.Error(err)
	}
}

// Who changes one session holds up nobody who changes another, or reads this one
// (gorilla's FilesystemStore has one lock for all of that).
func TestLocksAreApart(t *testing.T) {
	s, err := Open(Config{Dir: filepath.Join(t.TempDir(), "sessions")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	later := time.Now().Add(time.Hour)
	if _, err := s.Save(ctx, "key", nil, 0, later); err != nil {
		t.Fatal(err)
	}
	unlock, err := s.lock(ctx, placeOf("key").shard)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, version, err := s.Load(ctx, "key"); version == 0 || err != nil {
		t.Errorf("Load of the same: got version %d, %v", version, err)
	}
	if version, err := s.Save(ctx, "another", nil, 0, later); version == 0 || err != nil {
		t.Errorf("Save of another: got version %d, %v", version, err)
	}
	if err := s.Delete(ctx, "another"); err != nil {
		t.Errorf("Delete of another: got %v", err)
	}
}
