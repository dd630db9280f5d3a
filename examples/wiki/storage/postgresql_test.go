//go:build linux

package storage_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/examples/internal/postgresql"
)

func TestKillPostgreSQL(t *testing.T) {
	database := postgresql.Start(t)
	for _, n := range []int{1, 40} {
		address := database()
		stored := killAfter(t, address, n)
		settle(t, address)
		checkStored(t, address, stored)
	}
}

// settle waits until the server has noticed that its client is gone: the
// statement that it was at goes on until then.
func settle(t *testing.T, address string) {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for others := 1; others > 0; {
		err := db.QueryRowContext(ctx, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'").Scan(&others)
		if err != nil {
			t.Fatal(err)
		}
	}
}
