//go:build unix

package adapters_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	gangplank "github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters"
)

// TestMain is also the program that the tests and the web servers start.
func TestMain(m *testing.M) {
	switch mode := os.Getenv("ADAPTERS_TEST_CHILD"); {
	case mode == "detect":
		json.NewEncoder(os.Stdout).Encode(detected{adapters.IsCGI(), adapters.Detect()})
	case mode == "pid": // LISTEN_PID, as systemd sets it between fork and exec
		os.Setenv("LISTEN_PID", fmt.Sprint(os.Getpid()))
		os.Setenv("ADAPTERS_TEST_CHILD", os.Getenv("ADAPTERS_TEST_THEN"))
		self, _ := os.Executable()
		panic(syscall.Exec(self, os.Args, os.Environ()))
	case mode == "main":
		log.Fatal(adapters.Main(http.HandlerFunc(answer), strings.Fields(os.Getenv("ADAPTERS_TEST_ADDRS"))...))
	case mode == "run":
		err := adapters.Run(http.HandlerFunc(answer), strings.Fields(os.Getenv("ADAPTERS_TEST_ADDRS"))...)
		log.Print("cleaned up after: ", err)
	case adapters.IsCGI() || filepath.Base(os.Args[0]) == "program": // the name that servertest.Self gives
		log.Fatal(adapters.Main(http.HandlerFunc(answer), os.Args[1:]...)) // as a program must not do, for the sake of the test
	default:
		os.Exit(m.Run())
	}
}

type detected struct {
	CGI   bool
	Addrs []string
}

// answer reads the body to its end, so that a client decides how long a request runs.
func answer(w http.ResponseWriter, r *http.Request) {
	if socket := r.URL.Query().Get("signals"); socket != "" {
		waitForSignals(socket)
	}
	if r.URL.Path == "/begun" {
		control := http.NewResponseController(w)
		if err := errors.Join(control.EnableFullDuplex(), control.Flush()); err != nil {
			panic(err)
		}
	}
	n, err := io.Copy(io.Discard, r.Body)
	fmt.Fprintf(w, "%s %s %s %d %v", gangplank.From(r).Gateway().Interface, r.Method, r.URL.Path, n, err)
}

// waitForSignals tells on a socket that the request runs, and waits for two SIGTERM.
func waitForSignals(socket string) {
	received := make(chan os.Signal, 2)
	signal.Notify(received, syscall.SIGTERM)
	defer signal.Stop(received)
	c, err := net.Dial("unix", socket)
	if err != nil {
		panic(err)
	}
	defer c.Close()
	<-received
	<-received
}

// child is a process of this test program.
type child struct {
	*exec.Cmd
	t      *testing.T
	stderr *bufio.Scanner
	stdout io.Reader
	lines  []string // of stderr, as far as read
}

// start starts a child with a clean environment.
func start(t *testing.T, mode string, env []string, stdin *os.File, files ...*os.File) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^$", "http://127.0.0.1:0")
	// Built with -race, each child would sleep for a second before it ends.
	cmd.Env = append([]string{"PATH=/usr/bin:/bin", "GORACE=atexit_sleep_ms=0", "ADAPTERS_TEST_CHILD=" + mode}, env...)
	cmd.ExtraFiles = files
	if stdin != nil {
		cmd.Stdin = stdin
	}
	return run(t, cmd)
}

func run(t *testing.T, cmd *exec.Cmd) *child {
	t.Helper()
	c := &child{Cmd: cmd, t: t}
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.stderr = bufio.NewScanner(stderr)
	if c.stdout, err = c.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // what it has started, too
		c.Wait()
	})
	return c
}

// waitFor returns the first line of the log that contains s.
func (c *child) waitFor(s string) string {
	c.t.Helper()
	for c.stderr.Scan() {
		c.lines = append(c.lines, c.stderr.Text())
		if strings.Contains(c.stderr.Text(), s) {
			return c.stderr.Text()
		}
	}
	c.t.Fatalf("the log ended without %q: %s", s, c.lines)
	return ""
}

// finish waits for the end, and returns what was printed, what was logged since the last waitFor, and the exit status.
func (c *child) finish() (stdout, logged string, status int) {
	c.t.Helper()
	out, err := io.ReadAll(c.stdout)
	if err != nil {
		c.t.Fatal(err)
	}
	for c.stderr.Scan() {
		logged += c.stderr.Text() + "\n"
	}
	c.Wait()
	return string(out), logged, c.ProcessState.ExitCode()
}

// listening waits until the child listens, and returns where: host and port, or path.
func (c *child) listening() string {
	c.t.Helper()
	_, url, _ := strings.Cut(c.waitFor("listening address="), "address=")
	_, addr, _ := strings.Cut(url, ":")
	return strings.TrimPrefix(addr, "//")
}

// socket returns a listening socket as a file, and its address.
func socket(t *testing.T, network, addr string) (*os.File, string) {
	t.Helper()
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	f, err := l.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(); f.Close() })
	return f, l.Addr().String()
}
