package adapters_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// Whatever starts the program: it finds out how, and answers.
func TestLaunchedByRealServers(t *testing.T) {
	t.Parallel()
	program := servertest.Self(t)
	for _, g := range servertest.Gateways() {
		want := ""
		switch g.Backend {
		case servertest.Program:
			want = "CGI/1.1 GET /hello 0 <nil>"
		case servertest.FastCGIProgram:
			want = "FastCGI/1.0 GET /hello 0 <nil>"
		default:
			continue // these programs are not started by the server
		}
		t.Run(g.Name, func(t *testing.T) {
			t.Parallel()
			mount := "/app"
			if g.Root {
				mount = "/"
			}
			s := g.Start(t, mount, program)
			at := s.URL + strings.TrimSuffix(mount, "/")
			if got := body(t, at+"/hello"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			// The query is the program's first argument where the server follows RFC 3875, section 4.4.
			if got := body(t, at+"/hello?http://127.0.0.1:0"); got != want {
				t.Errorf("with a query: got %q, want %q", got, want)
			}
			s.Stop()
			log := s.Log()
			ignored := strings.Contains(log, "listener addresses are ignored")
			if argument := g.Backend == servertest.Program && strings.HasPrefix(g.Name, "apache"); ignored != argument {
				t.Errorf("the log says that addresses were ignored: %v, want %v\n%s", ignored, argument, log)
			}
			if strings.Contains(log, "scheme=http") {
				t.Errorf("a port was opened:\n%s", log)
			}
		})
	}
}

func body(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// mod_fcgid's two signals, one second apart, at a graceful restart in the middle of a request.
func TestTwoSIGTERMFromApache(t *testing.T) {
	t.Parallel()
	program, path := servertest.Self(t), servertest.Socket(t)
	begun, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer begun.Close()
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	var apache servertest.Apache
	apache.FCGID("/app", program)
	s := apache.Start(t)
	answer := make(chan string, 1)
	go func() {
		resp, err := http.Get(s.URL + "/app/slow?signals=" + url.QueryEscape(path))
		if err != nil {
			answer <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		answer <- string(b)
	}()
	if _, err := begun.Accept(); err != nil {
		t.Fatal(err)
	}
	if err := s.Reload(); err != nil {
		t.Fatal(err)
	}
	if got, want := <-answer, "FastCGI/1.0 GET /slow 0 <nil>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSystemdSocketActivate(t *testing.T) {
	t.Parallel()
	const activate = "/usr/bin/systemd-socket-activate"
	if _, err := os.Stat(activate); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	for name, want := range map[string]string{"app": "HTTP GET /hello 0 <nil>", "fastcgi": "FastCGI/1.0 GET /hello 0 <nil>"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "s")
			cmd := exec.Command(activate, "-l", path, "--fdname="+name, "-E", "ADAPTERS_TEST_CHILD=main", self)
			c := run(t, cmd)
			c.waitFor("Listening on " + path)
			var got string
			if name == "fastcgi" {
				got = getFastCGI(t, "unix", path)
			} else {
				got = get(t, "unix", path)
			}
			if !strings.HasSuffix(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
			c.Process.Signal(syscall.SIGTERM) // it has become the program
			if _, logged, status := c.finish(); status != 0 {
				t.Errorf("got status %d: %s", status, logged)
			}
		})
	}
}
