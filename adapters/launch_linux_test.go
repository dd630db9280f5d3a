package adapters_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
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
			if strings.Contains(log, "listening address=http") {
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

// Programs whose purpose is to start others.
func TestLaunchers(t *testing.T) {
	t.Parallel()
	const isHTTP, isFastCGI = "HTTP GET /hello 0 <nil>", "FastCGI/1.0 GET /hello 0 <nil>"
	for _, l := range []struct {
		name  string
		args  []string // before the program; @SOCKET@ is the path of a socket
		ready string   // what is logged when the socket listens
		want  string
		many  bool // processes, which are started again when they end
	}{
		{"systemd-socket-activate", []string{"-l", "@SOCKET@", "--fdname=app", "-E", "ADAPTERS_TEST_CHILD"}, "Listening on ", isHTTP, false},
		{"systemd-socket-activate", []string{"-l", "@SOCKET@", "--fdname=fastcgi", "-E", "ADAPTERS_TEST_CHILD"}, "Listening on ", isFastCGI, false},
		{"spawn-fcgi", []string{"-n", "-s", "@SOCKET@", "--"}, "listening address=fastcgi", isFastCGI, false},
		{"spawn-fcgi", []string{"-n", "-s", "@SOCKET@", "--", "/usr/bin/multiwatch", "-f", "2", "--"}, "listening address=fastcgi", isFastCGI, true},
	} {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			need(t, "/usr/bin/"+l.name, "/usr/bin/multiwatch")
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "s")
			args := append(slices.Clone(l.args), self)
			args[slices.Index(args, "@SOCKET@")] = path
			cmd := exec.Command("/usr/bin/"+l.name, args...)
			cmd.Env = append(os.Environ(), "ADAPTERS_TEST_CHILD=main")
			c := run(t, cmd)
			c.waitFor(l.ready)
			ask := getFastCGI
			if l.want == isHTTP {
				ask = get
			}
			if got := ask(t, "unix", path); !strings.HasSuffix(got, l.want) {
				t.Errorf("got %q, want %q", got, l.want)
			}
			if !l.many {
				c.stop("") // the launcher has become the program
			}
		})
	}
}

func need(t *testing.T, files ...string) {
	t.Helper()
	for _, file := range files {
		_, err := os.Stat(file)
		if err != nil && os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		if err != nil {
			t.Skip(err)
		}
	}
}
