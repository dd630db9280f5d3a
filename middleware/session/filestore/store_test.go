package filestore_test

import (
	"path/filepath"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/session"
	"github.com/gangplank-web/gangplank/middleware/session/filestore"
	"github.com/gangplank-web/gangplank/middleware/session/sessiontest"
)

var _ session.Store = (*filestore.Store)(nil)

func open(t testing.TB, c filestore.Config) *filestore.Store {
	t.Helper()
	s, err := filestore.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func newDir(t testing.TB) string { return filepath.Join(t.TempDir(), "sessions") }

func TestStore(t *testing.T) {
	sessiontest.Run(t, func(t *testing.T) sessiontest.Store {
		return open(t, filestore.Config{Dir: newDir(t)})
	})
}

// Many Saves collect while others work.
func TestStoreCollecting(t *testing.T) {
	sessiontest.Run(t, func(t *testing.T) sessiontest.Store {
		return open(t, filestore.Config{Dir: newDir(t), CollectEvery: 8})
	})
}

func TestProcesses(t *testing.T) {
	sessiontest.RunProcesses(t, func(t *testing.T) string { return newDir(t) },
		func(t *testing.T, dir string) sessiontest.Store { return open(t, filestore.Config{Dir: dir}) })
}
