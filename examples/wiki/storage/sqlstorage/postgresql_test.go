//go:build linux

package sqlstorage_test

import (
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/examples/internal/postgresql"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/sqlstorage"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/storagetest"
)

func TestPostgreSQL(t *testing.T) {
	database := postgresql.Start(t)
	storagetest.Run(t, func(t *testing.T) model.Storage {
		s, err := sqlstorage.PostgreSQL(t.Context(), database())
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
	t.Run("LostIndex", func(t *testing.T) {
		address := database()
		lost(t, func() (*sqlstorage.Storage, error) { return sqlstorage.PostgreSQL(t.Context(), address) })
	})
}

// Processes that start at the same time all find the tables made.
func TestTablesAtOnce(t *testing.T) {
	address := postgresql.Start(t)()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			s, err := sqlstorage.PostgreSQL(t.Context(), address)
			if err != nil {
				t.Error(err)
				return
			}
			s.Close()
		})
	}
	all.Wait()
}
