package adaptertest_test

import (
	"log/slog"
	"os"
	"testing"
)

// The table provokes warnings; it judges answers, not logs.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}
