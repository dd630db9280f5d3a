package sessiontest

import (
	"bytes"
	"sync"
	"testing"
	"time"
)

// store is the Store under test, with methods for the test's own goroutine:
// what is not as it should be ends the test.
type store struct {
	testing.TB
	Store
}

// later is an expiry that no test lives to see.
func later() time.Time { return time.Now().Add(time.Hour) }

func (s store) load(key string) ([]byte, uint64) {
	s.Helper()
	data, version, err := s.Load(s.Context(), key)
	if err != nil {
		s.Fatalf("Load(%.40q): %v", key, err)
	}
	return data, version
}

// try saves and returns the next version, 0 if it was refused.
func (s store) try(key, data string, version uint64, expires time.Time) uint64 {
	s.Helper()
	next, err := s.Save(s.Context(), key, []byte(data), version, expires)
	if err != nil {
		s.Fatalf("Save(%.40q, version %d): %v", key, version, err)
	}
	return next
}

// save saves what must not be refused.
func (s store) save(key, data string, version uint64, expires time.Time) uint64 {
	s.Helper()
	next := s.try(key, data, version, expires)
	if next == 0 {
		s.Fatalf("Save(%.40q) over the stored version %d was refused", key, version)
	}
	return next
}

// refused saves what must be refused.
func (s store) refused(key string, version uint64, why string) {
	s.Helper()
	if next := s.try(key, "must not be stored", version, later()); next != 0 {
		s.Errorf("Save(%.40q) with %s: got version %d, want it refused with 0", key, why, next)
	}
}

func (s store) remove(key string) {
	s.Helper()
	if err := s.Delete(s.Context(), key); err != nil {
		s.Fatalf("Delete(%.40q): %v", key, err)
	}
}

// holds checks what is stored under key.
func (s store) holds(key, want string, wantVersion uint64) {
	s.Helper()
	data, version := s.load(key)
	if version != wantVersion {
		s.Errorf("Load(%.40q): got version %d, want %d", key, version, wantVersion)
	}
	if !bytes.Equal(data, []byte(want)) {
		s.Errorf("Load(%.40q): got %.40q (%d bytes), want %.40q (%d bytes)", key, data, len(data), want, len(want))
	}
}

// holdsNothing checks that nothing is stored under key.
func (s store) holdsNothing(key, why string) {
	s.Helper()
	if data, version := s.load(key); version != 0 || len(data) != 0 {
		s.Errorf("Load(%.40q) of what %s: got version %d, %.40q, want nothing", key, why, version, data)
	}
}

// parallel runs f(0) to f(n-1) at once and reports what they return.
func (s store) parallel(n int, f func(i int) error) {
	s.Helper()
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() { errs[i] = f(i) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			s.Errorf("goroutine %d: %v", i, err)
		}
	}
}
