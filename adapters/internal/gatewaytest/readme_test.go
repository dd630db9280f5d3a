//go:build linux

package gatewaytest_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// step is a way of deploying that README.md shows: a block of its text, and what
// Debian's own configuration has besides.
type step struct {
	server, name string
	modules      string // of Apache
	besides      string // directives that a distribution's configuration has
	root         bool   // at "/", else at "/app"
	// insteadOf and other make this the block before with a word changed, as
	// the text says that it can be.
	insteadOf, other string
}

// readme are the steps in the order in which README.md has them.
var readme = []step{
	{server: "apache", name: "cgi", modules: "cgid alias", besides: "ScriptSock @DIR@/cgisock\n"},
	{server: "apache", name: "fcgid", modules: "fcgid alias", besides: debian["fcgid alias"]},
	{server: "apache", name: "proxy-fcgi", modules: "proxy proxy_fcgi"},
	{server: "apache", name: "proxy-scgi", modules: "proxy proxy_scgi"},
	{server: "apache", name: "proxy-uwsgi", modules: "proxy proxy_uwsgi"},
	{server: "apache", name: "proxy-ajp", modules: "proxy proxy_ajp"},
	{server: "apache", name: "htaccess", modules: "cgid rewrite", root: true,
		besides: "ScriptSock @DIR@/cgisock\n<Directory @DIR@/htdocs>\n  AllowOverride All\n</Directory>\n"},
	{server: "lighttpd", name: "cgi"},
	{server: "lighttpd", name: "fastcgi-spawn"},
	{server: "lighttpd", name: "fastcgi"},
	{server: "lighttpd", name: "scgi", insteadOf: "fastcgi", other: "scgi"},
	{server: "nginx", name: "fastcgi-root", root: true},
	{server: "nginx", name: "fastcgi"},
	{server: "nginx", name: "scgi"},
	{server: "nginx", name: "uwsgi", insteadOf: "scgi", other: "uwsgi"},
}

// fence is a block of code in Markdown: its language and its text.
var fence = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// blocks returns the blocks of README.md that are in one of the languages.
func blocks(t *testing.T, languages ...string) (text []string) {
	t.Helper()
	b, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range fence.FindAllStringSubmatch(string(b), -1) {
		for _, language := range languages {
			if block[1] == language {
				text = append(text, block[2])
			}
		}
	}
	return text
}

// readmeProgram builds the first program of README.md, once.
func readmeProgram(t *testing.T) string {
	t.Helper()
	if probe == "" {
		t.Skip("the examples' module is not here")
	}
	program := filepath.Join(filepath.Dir(probe), "readme")
	source := filepath.Join(t.TempDir(), "main.go")
	build, _ := built.LoadOrStore("README.md", sync.OnceValue(func() error {
		cmd := exec.Command("go", "build", "-o", program, source)
		cmd.Dir, cmd.Env = "../../..", append(os.Environ(), "GOWORK=off")
		err := os.WriteFile(source, []byte(blocks(t, "go")[0]), 0o644)
		if err == nil {
			var out []byte
			if out, err = cmd.CombinedOutput(); err != nil {
				err = fmt.Errorf("the program of README.md: %w\n%s", err, out)
			}
		}
		return err
	}))
	if err := build.(func() error)(); err != nil {
		t.Fatal(err)
	}
	return program
}

// TestReadme takes the steps of README.md: its program, behind each server with
// the configuration that stands there, paths and ports apart.
func TestReadme(t *testing.T) {
	t.Parallel()
	program := readmeProgram(t)
	texts := blocks(t, "apache", "lighttpd", "nginx")
	next := 0
	for _, step := range readme {
		if step.insteadOf == "" {
			next++
		}
		if next > len(texts) {
			t.Fatalf("README.md has no step %s-%s", step.server, step.name)
		}
		text := texts[next-1]
		if step.insteadOf != "" {
			text = strings.ReplaceAll(text, step.insteadOf, step.other)
		}
		t.Run(step.server+"-"+step.name, func(t *testing.T) {
			t.Parallel()
			d := deployment{program, filepath.Dir(servertest.Socket(t))}
			checkReadme(t, step.front(t, d, d.listening(t, d.place(text))))
		})
	}
	if next < len(texts) {
		t.Errorf("nothing tries this step of README.md:\n%s", texts[next])
	}
}

// secret is what stands in /etc/app/ajp.
const secret = "between-us"

// place puts this test's paths into a step.
func (d deployment) place(text string) string {
	return strings.NewReplacer(
		"/srv/cgi-bin/app", d.binary, "/srv/fcgi-bin/app", d.binary, "/srv/app", d.binary,
		"/srv/cgi-bin", filepath.Dir(d.binary), "/srv/fcgi-bin", filepath.Dir(d.binary),
		"/run/app.sock", d.dir+"/socket", "/run/lighttpd/app.sock", d.dir+"/spawned", "group=www-data", "mode=0666",
		"/etc/app/ajp", d.dir+"/secret", "secret=...", "secret="+secret,
		"include ", "include /etc/nginx/", "listen 80;", "listen 127.0.0.1:@PORT@;",
	).Replace(text)
}

// command is how a step says that the program is started.
var command = regexp.MustCompile(`(?m)^# GANGPLANK_LISTEN='(\w+)(\+unix:|://)([^?']*)([^']*)' app$`)

// listening starts the program if the step says so, and returns the step with the
// program's port in it.
func (d deployment) listening(t *testing.T, text string) string {
	t.Helper()
	m := command.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	cmd := exec.Command(d.binary)
	if m[2] == "+unix:" {
		cmd.Env = append(os.Environ(), "GANGPLANK_LISTEN="+m[1]+m[2]+m[3]+m[4])
		start(t, cmd)
		listens(t, "unix", m[3])
		return text
	}
	if err := os.WriteFile(d.dir+"/secret", []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(os.Environ(), "GANGPLANK_LISTEN="+m[1]+"+fd://3"+m[4])
	return strings.ReplaceAll(text, m[3], strings.TrimPrefix(startOnPort(t, cmd), "http://"))
}

// front starts the step's server with its block.
func (s step) front(t *testing.T, d deployment, text string) *site {
	t.Helper()
	var run func() *servertest.Server
	switch s.server {
	case "apache":
		var a servertest.Apache
		if s.name == "htaccess" {
			a.Config(s.besides, strings.Fields(s.modules)...)
		} else {
			a.Config(s.besides+text, strings.Fields(s.modules)...)
		}
		run = func() *servertest.Server { return a.Start(t) }
	case "lighttpd":
		var l servertest.Lighttpd
		l.Config(text)
		run = func() *servertest.Server { return l.Start(t) }
	case "nginx":
		var n servertest.Nginx
		if strings.Contains(text, "\nserver {") {
			n.ConfigHTTP(text)
		} else {
			n.Config(text)
		}
		run = func() *servertest.Server { return n.Start(t) }
	}
	mount := "/app"
	if s.root {
		mount = ""
	}
	front := behind(t, servertest.Gateway{Start: func(testing.TB, string, string) *servertest.Server { return run() }}, mount, "")
	if s.name == "htaccess" { // Apache reads it with each request
		htdocs := filepath.Join(front.server.Dir, "htdocs")
		if err := errors.Join(os.Symlink(d.binary, filepath.Join(htdocs, "app.cgi")),
			os.WriteFile(filepath.Join(htdocs, ".htaccess"), []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return front
}

// checkReadme asks the program for its pages, and for what is not its.
func checkReadme(t *testing.T, s *site) {
	t.Helper()
	s.get(t, "/").want(t, 200, "Hello World! See "+s.mount+"/pages/Front%20Page\n")
	s.get(t, "/pages/Front%20Page").want(t, 200, "Welcome aboard.\n")
	if none := s.get(t, "/pages/None"); none.StatusCode != 404 || !strings.HasPrefix(none.body, "404 Not Found\nThere is no such page yet.\n") {
		t.Errorf("got %s %q", none.Status, none.body)
	}
	if s.mount == "" {
		return
	}
	for _, path := range []string{"le", "le/pages/None"} { // "/apple" begins with "/app" as well
		if other := s.get(t, path); other.Header.Get("X-Request-Id") != "" {
			t.Errorf("%s%s is the program's too", s.mount, path)
		}
	}
}

// TestReadmeSystemd has systemd read the units of README.md, and has the socket made
// and the program started at its first connection, as systemd would.
func TestReadmeSystemd(t *testing.T) {
	t.Parallel()
	program := readmeProgram(t)
	activate, analyze := ofSystemd(t, "systemd-socket-activate"), ofSystemd(t, "systemd-analyze")
	d := deployment{program, filepath.Dir(servertest.Socket(t))}
	_, units, _ := strings.Cut(d.place(blocks(t, "ini")[0]), "# app.socket\n")
	socket, service, _ := strings.Cut(units, "# app.service\n")
	verified(t, analyze, d.dir, map[string]string{"app.socket": socket, "app.service": service})
	path := unit(t, socket, "ListenStream")
	start(t, exec.Command(activate, "-l", path, "--fdname="+unit(t, socket, "FileDescriptorName"), unit(t, service, "ExecStart")))
	until(t, "no socket", func() bool { return os.Chmod(path, 0o666) == nil })
	checkReadme(t, step{server: "nginx"}.front(t, d, d.place(blocks(t, "nginx")[1])))
}
