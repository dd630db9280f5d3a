//go:build linux

package gatewaytest_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

const deploy = examples + "/wiki/deploy"

// deployment is a folder for what a file of configuration has elsewhere.
type deployment struct{ binary, dir string }

// read returns a file of examples/wiki/deploy with this test's paths in it.
func (d deployment) read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(deploy, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("/usr/local/lib/wiki/wiki", d.binary, "/usr/local/lib/wiki", filepath.Dir(d.binary),
		"/var/lib/wiki", d.dir, "/run/wiki", d.dir, "group=www-data", "mode=0666").Replace(string(b))
}

// note returns what a comment of the file says after the word.
func note(text, word string) string {
	m := regexp.MustCompile(`(?m)^# ` + word + `: (.*)$`).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return m[1]
}

// TestDeploy starts each server with the wiki's file for it, and the wiki as the
// file says.
func TestDeploy(t *testing.T) {
	t.Parallel()
	binary := example(t, "wiki")
	files, err := filepath.Glob(filepath.Join(deploy, "*.conf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := deployment{binary, filepath.Dir(servertest.Socket(t))}
			text, program := d.start(t, d.read(t, name))
			s := d.front(t, name, text)
			checkDeployed(t, s)
			if program != nil {
				checkClient(t, s, program)
			}
		})
	}
}

// port is the wiki's, in files that do not give it a socket.
const port = "127.0.0.1:8080"

// start starts the wiki as the file says, if it does, and returns the file with
// the wiki's port in it.
func (d deployment) start(t *testing.T, text string) (config string, program *process) {
	t.Helper()
	args := strings.Fields(note(text, "Start"))
	switch {
	case strings.HasPrefix(args[0], "("):
		return text, nil
	case args[len(args)-1] == "http://"+port:
		args[len(args)-1] = "http+fd://3"
		url, program := startWithPort(t, exec.Command(args[0], args[1:]...))
		there := strings.TrimPrefix(url, "http://")
		_, number, _ := net.SplitHostPort(there)
		return strings.NewReplacer(port, there, `"port" => 8080`, `"port" => `+number).Replace(text), program
	}
	program = start(t, exec.Command(args[0], args[1:]...))
	listens(t, "unix", d.dir+"/socket")
	return text, program
}

// front starts the server that the name begins with, with the configuration.
func (d deployment) front(t *testing.T, name, text string) *site {
	t.Helper()
	g := servertest.Gateway{Name: name, Start: func(t testing.TB, _, _ string) *servertest.Server {
		server, _, _ := strings.Cut(name, "-")
		switch server {
		case "apache":
			var a servertest.Apache
			modules := strings.Fields(note(text, "Modules"))
			a.Config(debian[strings.Join(modules, " ")]+text, modules...)
			return a.Start(t)
		case "nginx":
			var n servertest.Nginx
			n.Config(text)
			return n.Start(t)
		case "lighttpd":
			var l servertest.Lighttpd
			l.Config(`server.modules += ( "` + note(text, "Modules") + "\" )\n" + text)
			return l.Start(t)
		}
		t.Fatalf("no server for %s", name)
		return nil
	}}
	if strings.HasSuffix(name, "-root.conf") {
		return behind(t, g, "", "")
	}
	return behind(t, g, "/wiki", "")
}

// debian is what Debian has in a module's own configuration, by the modules.
var debian = map[string]string{
	"cgid alias env": "ScriptSock @DIR@/cgisock\n",
	"fcgid alias":    "FcgidIPCDir @DIR@/fcgid\nFcgidProcessTableFile @DIR@/fcgid_shm\n",
}

// checkDeployed follows links of the front page, which know where the wiki is.
func checkDeployed(t *testing.T, s *site) {
	t.Helper()
	home := s.get(t, "/")
	for _, link := range []string{`href="%s(/pages/How%%20to%%20write)"`, `href="%s(/assets/wiki\.[0-9a-f]+\.css)"`, `action="%s(/search)"`} {
		m := regexp.MustCompile(fmt.Sprintf(link, s.mount)).FindStringSubmatch(home.body)
		if m == nil {
			t.Fatalf("%s: no %s in %s", home.Status, link, home.body)
		}
		if there := s.get(t, m[1]); there.StatusCode != 200 {
			t.Errorf("%s: %s", m[1], there.Status)
		}
	}
	if a := s.get(t, "/pages/What%3F"); a.StatusCode != 404 || !strings.Contains(a.body, "<h1>What?</h1>") {
		t.Errorf("got %s\n%s", a.Status, a.body)
	}
	if strings.Contains(s.server.Log(), "DangerouslyAllowHTTP") {
		t.Error("browsers may log in over plain HTTP")
	}
	if root := s.server.URL + "/wikis"; s.mount != "" && !answersOtherwise(t, s, root) {
		t.Errorf("%s is the wiki's too", root)
	}
}

// checkClient finds in the wiki's log who the client was: us, and not who we
// said we were.
func checkClient(t *testing.T, s *site, program *process) {
	t.Helper()
	s.get(t, "/pages/Nobody", func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.9") })
	line := regexp.MustCompile(`path=\S*/pages/Nobody .*`)
	until(t, "no line about it in the log", func() bool { return line.MatchString(program.stderr.String()) })
	if got := line.FindString(program.stderr.String()); !strings.Contains(got, "client=127.0.0.1 ") {
		t.Errorf("got the wrong client: %s", got)
	}
}

// answersOtherwise reports whether an address is not the wiki's.
func answersOtherwise(t *testing.T, s *site, url string) bool {
	t.Helper()
	resp, err := s.client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.Header.Get("Content-Security-Policy") == ""
}

// unit returns a setting of a unit of systemd.
func unit(t *testing.T, text, key string) string {
	t.Helper()
	m := regexp.MustCompile(`(?m)^` + key + `=(.*)$`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no %s= in %s", key, text)
	}
	return m[1]
}

// ofSystemd finds a program of systemd, which in CI is there.
func ofSystemd(t *testing.T, name string) string {
	t.Helper()
	file, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	} else if err != nil {
		t.Skip(err)
	}
	return file
}

// TestDeploySystemd has the units' socket made, and the service started at its
// first connection, as systemd would.
func TestDeploySystemd(t *testing.T) {
	t.Parallel()
	binary := example(t, "wiki")
	activate := ofSystemd(t, "systemd-socket-activate")
	d := deployment{binary, filepath.Dir(servertest.Socket(t))}
	socket, service := d.read(t, "wiki.socket"), d.read(t, "wiki.service")
	path := unit(t, socket, "ListenStream")
	args := append([]string{"-l", path, "--fdname=" + unit(t, socket, "FileDescriptorName")}, strings.Fields(unit(t, service, "ExecStart"))...)
	start(t, exec.Command(activate, args...))
	until(t, "no socket", func() bool { return os.Chmod(path, 0o666) == nil })
	checkDeployed(t, d.front(t, "nginx-fastcgi.conf", d.read(t, "nginx-fastcgi.conf")))
}

// TestDeployUnits has systemd read the units.
func TestDeployUnits(t *testing.T) {
	t.Parallel()
	analyze := ofSystemd(t, "systemd-analyze")
	d := deployment{example(t, "wiki"), filepath.Dir(servertest.Socket(t))}
	verified(t, analyze, d.dir, map[string]string{"wiki.socket": d.read(t, "wiki.socket"), "wiki.service": d.read(t, "wiki.service")})
}

// verified has systemd read units, which it must find right.
func verified(t *testing.T, analyze, dir string, units map[string]string) {
	t.Helper()
	for name, text := range units {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name := range units { // which name one another
		file := filepath.Join(dir, name)
		if out, err := exec.Command(analyze, "verify", "--man=no", file).CombinedOutput(); err != nil || strings.Contains(string(out), file+":") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}
