package ratelimit_test

import (
	"io"
	"log/slog"
	"os"
	"testing"
)

// The failing stores are logged, as they should be.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}
