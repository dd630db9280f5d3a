package session_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// logged is a middleware that collects what is logged inside of it.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logged) handler(next http.Handler) http.Handler {
	logger := slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		c.SetLogger(logger)
		next.ServeHTTP(w, r)
	})
}

// take returns what was logged since the last call.
func (l *logged) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.buf.Reset()
	return l.buf.String()
}

// want checks that one line was logged that has all of parts, or none without
// parts.
func (l *logged) want(t testing.TB, parts ...string) {
	t.Helper()
	lines := l.take()
	wanted := min(1, len(parts))
	ok := strings.Count(lines, "\n") == wanted
	for _, part := range parts {
		ok = ok && strings.Contains(lines, part)
	}
	if !ok {
		t.Errorf("got log lines %q, want %d with %q", lines, wanted, parts)
	}
}

// spy is a Store that watches, and fails when told.
type spy struct {
	session.Store
	loads, saves, largest int
	fail                  error
	keys                  []string
}

func (s *spy) Load(ctx context.Context, key string) ([]byte, uint64, error) {
	s.loads++
	s.keys = append(s.keys, key)
	if s.fail != nil {
		return nil, 0, s.fail
	}
	return s.Store.Load(ctx, key)
}

func (s *spy) Save(ctx context.Context, key string, data []byte, version uint64, expires time.Time) (uint64, error) {
	s.saves++
	s.largest = max(s.largest, len(data))
	if s.fail != nil {
		return 0, s.fail
	}
	return s.Store.Save(ctx, key, data, version, expires)
}

func (s *spy) Delete(ctx context.Context, key string) error {
	if s.fail != nil {
		return s.fail
	}
	return s.Store.Delete(ctx, key)
}
