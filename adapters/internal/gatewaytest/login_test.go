//go:build linux

package gatewaytest_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/browsertest"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// noticeBoard starts examples/login behind nginx, below /board, as so many
// processes that share a database.
func noticeBoard(t *testing.T, program string, processes int, flags ...string) *site {
	t.Helper()
	file := filepath.Join(t.TempDir(), "board.db")
	var sockets []string
	for range processes {
		socket := servertest.Socket(t)
		start(t, exec.Command(program, append(flags, "-dev", "-db", file, "fastcgi+unix:"+socket+"?mode=0666")...))
		listens(t, "unix", socket) // before the next: it makes the tables
		sockets = append(sockets, socket)
	}
	g := servertest.Gateway{Backend: servertest.FastCGISocket, Start: func(t testing.TB, mount, _ string) *servertest.Server {
		var n servertest.Nginx
		n.FastCGIBalanced(mount, sockets...)
		return n.Start(t)
	}}
	return behind(t, g, "/board", "")
}

func (v visitor) post(t *testing.T, path string, form url.Values) answer {
	t.Helper()
	at, err := url.Parse(v.url(path))
	if err != nil {
		t.Fatal(err)
	}
	a := v.site.do(t, "POST", path, strings.NewReader(form.Encode()), withHeader("Content-Type", "application/x-www-form-urlencoded"), func(r *http.Request) {
		for _, c := range v.jar.Cookies(at) {
			r.AddCookie(c)
		}
	})
	v.jar.SetCookies(at, a.Cookies())
	return a
}

func (v visitor) logIn(t *testing.T, name, password string) {
	t.Helper()
	a := v.post(t, "/login", url.Values{"username": {name}, "password": {password}, "next": {"/board/"}})
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/board/" {
		t.Fatalf("got %s to %q\n%s", a.Status, a.Header.Get("Location"), a.body)
	}
}

var processLine = regexp.MustCompile(`id="process">(\d+)<`)

// Two processes behind nginx share sessions, messages and log-outs, whether
// these are in SQLite or in Redis.
func TestLoginShared(t *testing.T) {
	t.Parallel()
	program := example(t, "login")
	for _, store := range []string{"SQLite", "Redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			var flags []string
			if store == "Redis" {
				flags = []string{"-redis", redisAt(t)}
			}
			s := noticeBoard(t, program, 2, flags...)
			alice, phone, bob := visit(t, s), visit(t, s), visit(t, s)
			alice.logIn(t, "alice", "wonderland")
			phone.logIn(t, "alice", "wonderland")
			bob.logIn(t, "bob", "builder")
			processes := map[string]bool{}
			for range 6 {
				a := alice.do(t, "GET", "/")
				if m := processLine.FindStringSubmatch(a.body); a.StatusCode == 200 && m != nil && strings.Contains(a.body, "<b>alice</b>") {
					processes[m[1]] = true
				} else {
					t.Fatalf("got %s\n%s", a.Status, a.body)
				}
			}
			if len(processes) != 2 {
				t.Errorf("got answers of %v, want two processes", processes)
			}
			checkRoles(t, alice, bob)
			alice.post(t, "/logout", url.Values{"everywhere": {"1"}})
			for range 4 { // each process knows
				if a := phone.do(t, "GET", "/"); a.StatusCode != http.StatusUnauthorized {
					t.Errorf("the other session of alice: got %s, want 401", a.Status)
				}
				if a := bob.do(t, "GET", "/"); a.StatusCode != 200 {
					t.Errorf("bob's session: got %s, want 200", a.Status)
				}
			}
		})
	}
}

// checkRoles has bob put up a notice, which only alice can remove.
func checkRoles(t *testing.T, alice, bob visitor) {
	t.Helper()
	if a := bob.post(t, "/notices", url.Values{"text": {"<b>Found</b>"}}); a.StatusCode != 303 || a.Header.Get("Location") != "/board/" {
		t.Fatalf("got %s to %q", a.Status, a.Header.Get("Location"))
	}
	first, second := bob.do(t, "GET", "/"), bob.do(t, "GET", "/")
	if !strings.Contains(first.body, "Your notice is up.") || strings.Contains(second.body, "Your notice is up.") {
		t.Error("the message is not shown once")
	}
	if !strings.Contains(second.body, "&lt;b&gt;Found&lt;/b&gt;") || strings.Contains(second.body, "/remove") {
		t.Errorf("got %s", second.body)
	}
	if a := bob.post(t, "/notices/1/remove", nil); a.StatusCode != http.StatusForbidden {
		t.Errorf("bob removes: got %s, want 403", a.Status)
	}
	if a := alice.post(t, "/notices/1/remove", nil); a.StatusCode != 303 {
		t.Errorf("alice removes: got %s, want 303", a.Status)
	}
	if a := alice.do(t, "GET", "/"); !strings.Contains(a.body, "The notice is gone.") || strings.Contains(a.body, "Found") {
		t.Errorf("got %s", a.body)
	}
}

// redisAt starts Redis on a unix socket and returns its path.
func redisAt(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("redis-server is not installed (adapters/internal/servertest/install.sh installs it on Debian)")
	}
	socket := filepath.Join(filepath.Dir(servertest.Socket(t)), "redis")
	cmd := exec.Command(program, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no")
	log, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, cmd)
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "ready to accept connections") {
			go io.Copy(io.Discard, log)
			return socket
		}
	}
	t.Fatal("Redis does not start")
	return ""
}

// TestLoginInBrowser does what a person does: fails, logs in, posts, and logs out
// in one of two tabs.
func TestLoginInBrowser(t *testing.T) {
	t.Parallel()
	s := noticeBoard(t, example(t, "login"), 1)
	b := browsertest.Start(t)
	one, two := b.Page(), b.Page()
	one.Emulate(1280, 900, false)
	one.Open(s.url("/"))
	expect(t, one, "nobody is sent to the form", `location.pathname + location.search`, "/board/login?next=%2Fboard%2F")
	checkFits(t, one, s.url("/login"))
	one.Open(s.url("/"))

	fill(t, one, "alice", "looking-glass")
	expect(t, one, "a wrong password", `document.querySelector(".problem").textContent`, "do not belong together")
	fill(t, one, "alice", "wonderland")
	expect(t, one, "logged in", `document.querySelector(".who").textContent`, "alice admin")
	expect(t, one, "back where it began", `location.pathname`, "/board/")

	one.Follow(`document.getElementById("text").value = "The tide is in."; document.querySelector(".new").requestSubmit()`)
	expect(t, one, "the message", `document.querySelector(".flash").textContent`, "Your notice is up.")
	expect(t, one, "the notice", `document.querySelector("article p").textContent`, "The tide is in.")
	checkFits(t, one, s.url("/"))
	expect(t, one, "the message a second time", `document.querySelectorAll(".flash").length`, "0")

	two.Open(s.url("/"))
	expect(t, two, "the other tab", `document.querySelector(".who").textContent`, "alice")
	one.Follow(`document.getElementById("logout").click()`)
	expect(t, one, "after the log-out", `location.pathname`, "/board/login")
	two.Follow(`document.querySelector("article form").requestSubmit()`)
	expect(t, two, "the other tab after the log-out", `document.body.textContent`, "You have to log in")
	two.Open(s.url("/"))
	expect(t, two, "the other tab, loaded anew", `location.pathname`, "/board/login")

	for range 5 {
		fill(t, two, "bob", "looking-glass")
	}
	fill(t, two, "bob", "builder")
	expect(t, two, "locked", `document.querySelector(".problem").textContent`, "Too many wrong passwords. Please wait")
	for _, p := range []*browsertest.Page{one, two} {
		if got := p.Complaints(); len(got) > 0 {
			t.Errorf("the browser complains: %q", got)
		}
	}
}

// fill sends the login form.
func fill(t *testing.T, p *browsertest.Page, name, password string) {
	t.Helper()
	p.Follow(fmt.Sprintf(`document.getElementById("username").value = %q; document.getElementById("password").value = %q; document.querySelector("form").requestSubmit()`, name, password))
}

// checkFits looks at a page dark and light, wide and narrow.
func checkFits(t *testing.T, p *browsertest.Page, url string) {
	t.Helper()
	checkLooks(t, p, url)
	p.Emulate(1280, 900, false)
}
