//go:build linux

package storetest

import (
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	_ "github.com/go-sql-driver/mysql"

	"github.com/gangplank-web/gangplank/middleware/session/sqlstore"
)

// MariaDB also speaks for MySQL, of which Debian has none. What the connection
// is told changes how rows are counted, and whether statements are prepared.
func TestMariaDB(t *testing.T) {
	source := sync.OnceValue(func() string { return startMariaDB(t) })
	for _, parameters := range []string{"?interpolateParams=true", "?clientFoundRows=true"} {
		t.Run(parameters[1:], func(t *testing.T) {
			database{"mysql", sqlstore.MySQL, func(*testing.T) string { return source() + parameters }}.test(t)
		})
	}
}

// startMariaDB starts a server with an empty database and returns the data
// source name.
func startMariaDB(t *testing.T) string {
	server := program(t, "/usr/sbin/mariadbd", "/usr/libexec/mariadbd")
	install := program(t, "/usr/bin/mariadb-install-db")
	as := unprivileged(t, "mysql", "nobody")
	dir := serverDir(t, as)
	data, socket := "--datadir="+filepath.Join(dir, "data"), filepath.Join(dir, "socket")
	run(t, command(dir, as, install, "--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db"))
	serve(t, command(dir, as, server, "--no-defaults", data, "--socket="+socket, "--pid-file="+filepath.Join(dir, "pid"), "--skip-networking", "--innodb-flush-log-at-trx-commit=0"),
		"ready for connections", syscall.SIGTERM)
	source := "root@unix(" + socket + ")/"
	db, err := sql.Open("mysql", source)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE DATABASE gangplank"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(socket); err != nil {
		t.Fatal(err)
	}
	return source + "gangplank"
}
