//go:build linux

// Package postgresql starts a PostgreSQL server for tests.
package postgresql

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/gangplank-web/gangplank/examples/internal/program"
)

// Start starts a server until the test's end, and returns what makes another
// empty database in it and returns that one's address. Where PostgreSQL is not
// installed the test is skipped, but with CI=true, where it is, it fails.
func Start(t testing.TB) (database func() (address string)) {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(found) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("PostgreSQL is not installed")
		}
		t.Skip("PostgreSQL is not installed (adapters/internal/servertest/install.sh installs it on Debian)")
	}
	bin := found[len(found)-1]
	dir := shortDir(t)
	data := filepath.Join(dir, "data")
	if out, err := unprivileged(bin+"/initdb", "-D", data, "-A", "trust", "-U", "wiki", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	program.Start(t, unprivileged(bin+"/postgres", "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off"))
	ready(t, filepath.Join(data, "postmaster.pid"))
	count := 0
	return func() string {
		count++
		name := fmt.Sprintf("wiki%d", count)
		create(t, "postgres://wiki@/postgres?host="+dir, name)
		return "postgres://wiki@/" + name + "?host=" + dir
	}
}

// unprivileged is a command of a user whom PostgreSQL serves: not root. It ends
// with the test even when that dies of its timeout and cleans nothing up.
func unprivileged(name string, args ...string) *exec.Cmd {
	if os.Getuid() == 0 {
		args = append([]string{"--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=INT", name}, args...)
		name = "setpriv"
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = "/"
	return cmd
}

// shortDir is a folder for everybody, with a path that leaves room for a
// socket's name: both may have 107 bytes.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gangplank-")
	if err == nil {
		t.Cleanup(func() { os.RemoveAll(dir) })
		err = os.Chmod(dir, 0o777)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// ready waits for the word with which the file's last line ends.
func ready(t testing.TB, file string) {
	t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if b, _ := os.ReadFile(file); strings.HasSuffix(strings.TrimSpace(string(b)), "ready") {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("PostgreSQL does not get ready")
		}
	}
}

func create(t testing.TB, address, name string) {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
}
