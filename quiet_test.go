package gangplank_test

import (
	"io"
	"log"
	"log/slog"
	"os"
	"testing"
)

// The tests provoke warnings; what is logged where matters is tested there.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
