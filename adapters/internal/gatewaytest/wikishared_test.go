//go:build linux

package gatewaytest_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// Two wikis behind nginx, with one PostgreSQL, are one: nginx sends every other
// request to the other, whatever it is about.
func TestWikiShared(t *testing.T) {
	t.Parallel()
	binary, database := example(t, "wiki"), postgreSQLAt(t)
	var sockets []string
	var processes []*process
	for range 2 {
		socket := servertest.Socket(t)
		processes = append(processes, start(t, exec.Command(binary, "-http", "-signup", "-storage", database, "fastcgi+unix:"+socket+"?mode=0666")))
		sockets = append(sockets, socket)
	}
	for _, socket := range sockets { // both have made the tables, at the same time
		listens(t, "unix", socket)
	}
	g := servertest.Gateway{Backend: servertest.FastCGISocket, Start: func(t testing.TB, mount, _ string) *servertest.Server {
		var n servertest.Nginx
		n.FastCGIBalanced(mount, sockets...)
		return n.Start(t)
	}}
	s := behind(t, g, "/wiki", "")
	useWiki(t, s)
	shareAll(t, s)
	for i, p := range processes {
		if lines := strings.Count(p.stderr.String(), " path=/wiki/pages/Turns"); lines < 6 {
			t.Errorf("process %d has answered %d requests for the page", i, lines)
		}
	}
}

// shareAll edits in turns, so that each process has to know what the other did.
func shareAll(t *testing.T, s *site) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	bob := &editor{s, http.Client{Jar: jar}}
	defer bob.http.CloseIdleConnections()
	bob.send(t, "/signup", 200, url.Values{"name": {"bob"}, "password": {"correct horse"}}, "Welcome, bob.")
	for n := range 7 {
		text := url.Values{"base": {fmt.Sprint(n)}, "text": {fmt.Sprintf("turn %d", n)}}
		bob.send(t, "/pages/Turns", 200, text, "Saved.", fmt.Sprintf("<p>turn %d</p>", n))
		bob.send(t, "/pages/Turns", 409, text, "Somebody else saved this page")
	}
	draft := url.Values{"base": {"7"}, "text": {"kept for later"}, "do": {"draft"}}
	bob.send(t, "/pages/Turns", 200, draft, "Your draft is kept")
	bob.attach(t, "/pages/Turns/files", "f.txt", "content", "f.txt")
	for range 4 {
		bob.show(t, "/pages/Turns/edit", 200, "kept for later")
		bob.show(t, "/pages/Turns/files/f.txt", 200, "content")
	}
	bob.send(t, "/logout", 200, nil, "Log in")
	for range 4 {
		bob.show(t, "/pages/Turns/edit", 200, "<h1>Log in</h1>")
	}
}

// postgreSQLAt starts PostgreSQL on a unix socket and returns the address of its
// database.
func postgreSQLAt(t *testing.T) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(found) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("PostgreSQL is not installed")
		}
		t.Skip("PostgreSQL is not installed (adapters/internal/servertest/install.sh installs it on Debian)")
	}
	bin, dir := found[len(found)-1], filepath.Dir(servertest.Socket(t))
	data := filepath.Join(dir, "data")
	if out, err := notRoot(bin+"/initdb", "-D", data, "-A", "trust", "-U", "wiki", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	start(t, notRoot(bin+"/postgres", "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off"))
	until(t, "PostgreSQL does not get ready", func() bool {
		state, _ := os.ReadFile(filepath.Join(data, "postmaster.pid"))
		return strings.HasSuffix(strings.TrimSpace(string(state)), "ready")
	})
	return "postgres://wiki@/postgres?host=" + dir
}

// notRoot is a command of a user whom PostgreSQL serves.
func notRoot(name string, args ...string) *exec.Cmd {
	if os.Getuid() == 0 {
		args = append([]string{"--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=INT", name}, args...)
		name = "setpriv"
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = "/"
	return cmd
}
