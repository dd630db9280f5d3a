package session_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank"
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
