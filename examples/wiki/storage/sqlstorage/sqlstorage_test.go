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
