package sqlstorage_test

import (
	"path/filepath"
	"testing"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/sqlstorage"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/storagetest"
)

func TestSQLite(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) model.Storage {
		s, err := sqlstorage.SQLite(t.Context(), filepath.Join(t.TempDir(), "wiki ?%.db"))
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

// A database of a time without an index gets one.
func TestLostIndex(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wiki.db")
	lost(t, func() (*sqlstorage.Storage, error) { return sqlstorage.SQLite(t.Context(), file) })
}

func lost(t *testing.T, open func() (*sqlstorage.Storage, error)) {
	t.Helper()
	must := func() *sqlstorage.Storage {
		s, err := open()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	storagetest.Lost(t, func() model.Storage { return must() }, func() {
		s := must()
		defer s.Close()
		if _, err := s.DB().ExecContext(t.Context(), "DROP TABLE search_"+model.IndexVersion); err != nil {
			t.Fatal(err)
		}
	})
}
