//go:build linux

package storetest

import (
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/gangplank-web/gangplank/middleware/session/sqlstore"
)

func TestPostgreSQL(t *testing.T) {
	// Once, and not in the processes that the test starts: they get its address.
	source := sync.OnceValue(func() string { return startPostgreSQL(t) })
	database{"pgx", sqlstore.PostgreSQL, func(*testing.T) string { return source() }}.test(t)
}

// startPostgreSQL starts a cluster of its own and returns its data source name.
func startPostgreSQL(t *testing.T) string {
	postgres := program(t, "/usr/lib/postgresql/*/bin/postgres", "/usr/bin/postgres", "/usr/local/bin/postgres")
	as := unprivileged(t, "postgres", "nobody")
	dir := serverDir(t, as)
	data := filepath.Join(dir, "data")
	run(t, command(dir, as, filepath.Join(filepath.Dir(postgres), "initdb"), "-D", data, "-A", "trust", "-U", "gangplank", "-E", "UTF8", "--locale=C", "--no-sync"))
	serve(t, command(dir, as, postgres, "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off"), "ready to accept connections", syscall.SIGINT)
	return "host=" + dir + " user=gangplank dbname=postgres"
}
