// Package program builds and runs the example that a test belongs to.
package program

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

const patience = time.Minute

// Build compiles the package in the current folder, the test's own.
func Build(t testing.TB) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "program.exe")
	if out, err := exec.Command("go", "build", "-o", file, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return file
}

// CGI runs file as a web server does for one request, with args as a query
// without "=" puts them there, and returns what it answers. env adds to, and
// overrides, the variables of a GET.
func CGI(t testing.TB, file string, env []string, args ...string) (stdout string) {
	t.Helper()
	cmd := exec.Command(file, args...)
	cmd.Env = append([]string{
		"GATEWAY_INTERFACE=CGI/1.1",
		"SERVER_PROTOCOL=HTTP/1.1",
		"SERVER_SOFTWARE=test/1.0",
		"SERVER_NAME=example.org",
		"SERVER_PORT=80",
		"REMOTE_ADDR=192.0.2.7",
		"REQUEST_METHOD=GET",
		"REQUEST_URI=/cgi-bin/program/",
		"SCRIPT_NAME=/cgi-bin/program",
		"PATH_INFO=/",
		"QUERY_STRING=",
		"HTTP_HOST=example.org",
	}, env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	return string(out)
}

// Serve starts file, with args, on a unix socket that speaks HTTP and returns a client for
// it, which follows no redirect. The test's end stops the program by SIGTERM,
// which must be enough.
func Serve(t testing.TB, file string, args ...string) *http.Client {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "socket")
	cmd := exec.Command(file, args...)
	cmd.Env = append(os.Environ(), "GANGPLANK_LISTEN=http+unix:"+socket)
	Start(t, cmd)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	await(t, dial)
	transport := &http.Transport{DialContext: dial}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Start starts cmd. The test's end stops it by SIGTERM, which must be enough.
func Start(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case err := <-ended:
			if err != nil || t.Failed() {
				t.Errorf("the program ended with: %v\n%s", err, &stderr)
			}
		case <-time.After(patience):
			cmd.Process.Kill()
			t.Errorf("still there %v after SIGTERM", patience)
		}
	})
}

// await dials until somebody answers.
func await(t testing.TB, dial func(context.Context, string, string) (net.Conn, error)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		c, err := dial(ctx, "", "")
		if err == nil {
			c.Close()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the program does not listen: %v", err)
		}
	}
}
