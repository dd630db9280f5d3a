package middlewaretest_test

import (
	"io"
	"log/slog"
	"os"
	"testing"
)

// The cases provoke warnings; the suite itself looks at what matters.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}
