package sessiontest

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// model is a store that is right, and with one of its faults switched on one
// that is not.
type model struct {
	fault string

	mu       sync.Mutex
	sessions map[string]stored
	last     uint64
}

type stored struct {
	data    []byte
	version uint64
	expires time.Time
}

func newModel(fault string) *model { return &model{fault: fault, sessions: make(map[string]stored)} }

func (m *model) key(key string) string {
	switch m.fault {
	case "folds case":
		return strings.ToLower(key)
	case "keys end at NUL":
		key, _, _ = strings.Cut(key, "\x00")
	case "keys are cut":
		return key[:min(len(key), 255)]
	}
	return key
}

func (m *model) find(key string) stored {
	s := m.sessions[key]
	if m.fault != "never expires" && !time.Now().Before(s.expires) {
		return stored{}
	}
	return s
}

func (m *model) Load(ctx context.Context, key string) ([]byte, uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.find(m.key(key))
	if m.fault == "lends its data" {
		return s.data, s.version, nil
	}
	return bytes.Clone(s.data), s.version, nil
}

func (m *model) Save(ctx context.Context, key string, data []byte, version uint64, expires time.Time) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault == "errors after saving" {
		defer func() { m.last++ }()
	} else if err := ctx.Err(); err != nil {
		return 0, err
	}
	key = m.key(key)
	now := m.find(key)
	switch {
	case m.fault == "last write wins":
	case m.fault == "resurrects" && now.version == 0:
	case m.fault == "creates over" && version == 0:
	case m.fault == "looks first":
		m.mu.Unlock()
		runtime.Gosched()
		m.mu.Lock()
		if now.version != version {
			return 0, nil
		}
	case now.version != version:
		return 0, nil
	}
	next := m.next(now.version)
	if m.fault == "keeps the old expiry" && now.version != 0 {
		expires = now.expires
	}
	if m.fault != "keeps the caller's data" {
		data = bytes.Clone(data)
	}
	if m.fault == "overwrites in place" {
		data = append(data, now.data[min(len(data), len(now.data)):]...)
	}
	m.sessions[key] = stored{data, next, expires}
	if m.fault == "errors after saving" && ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return next, nil
}

func (m *model) next(version uint64) uint64 {
	if m.fault == "counts from 1 again" {
		return version + 1
	}
	m.last++
	return m.last
}

func (m *model) Delete(ctx context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fault == "does not delete" {
		return ctx.Err()
	}
	if _, ok := m.sessions[m.key(key)]; !ok && m.fault == "misses what it deletes" {
		return fmt.Errorf("no %q", key)
	}
	delete(m.sessions, m.key(key))
	return nil
}

func (m *model) Collect(ctx context.Context) (n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, s := range m.sessions {
		if !time.Now().Before(s.expires) || m.fault == "collects all" {
			n++
			delete(m.sessions, key)
		}
	}
	return n, nil
}

func TestRun(t *testing.T) {
	Run(t, func(t *testing.T) Store { return newModel("") })
}

// recorder is a testing.TB that a test may fail without failing this one.
type recorder struct {
	testing.TB
	mu     sync.Mutex
	faults []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

func (r *recorder) Error(args ...any)                 { r.Errorf("%s", fmt.Sprint(args...)) }
func (r *recorder) Fatal(args ...any)                 { r.Error(args...); runtime.Goexit() }
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...); runtime.Goexit() }

// TestFindsFaults shows of every group of cases that it can fail.
func TestFindsFaults(t *testing.T) {
	for _, tt := range []struct{ fault, foundBy string }{
		{"last write wins", "conflict"},
		{"looks first", "no-lost-update"},
		{"looks first", "one-creates"},
		{"creates over", "conflict"},
		{"resurrects", "destroyed"},
		{"resurrects", "no-resurrection"},
		{"resurrects", "nothing"},
		{"counts from 1 again", "never-again"},
		{"never expires", "expired-when-stored"},
		{"keeps the old expiry", "extended"},
		{"keeps the old expiry", "expired-when-stored"},
		{"folds case", "keys"},
		{"keys end at NUL", "keys"},
		{"keys are cut", "keys"},
		{"lends its data", "own-copy"},
		{"keeps the caller's data", "own-copy"},
		{"overwrites in place", "kept"},
		{"overwrites in place", "no-lost-update"},
		{"does not delete", "destroyed"},
		{"does not delete", "many-keys"},
		{"misses what it deletes", "nothing"},
		{"errors after saving", "cancelled-before"},
		{"collects all", "collect"},
		{"collects all", "collect-race"},
	} {
		t.Run(tt.fault+"/"+tt.foundBy, func(t *testing.T) {
			r := &recorder{TB: t}
			done := make(chan struct{})
			go func() {
				defer close(done)
				findCase(tt.foundBy).run(store{r, newModel(tt.fault)})
			}()
			<-done
			if len(r.faults) == 0 {
				t.Errorf("a store that %s: no fault found", tt.fault)
			}
		})
	}
}

func findCase(name string) testCase {
	for _, cases := range [][]testCase{contentCases, versionCases, expiryCases, raceCases, cancelCases, collectCases} {
		for _, c := range cases {
			if c.name == name {
				return c
			}
		}
	}
	panic("no case " + name)
}
