//go:build unix

package cgi_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// environment is what a web server gives for GET /app/a, and then more.
func environment(program string, more ...string) []string {
	return append([]string{
		programVariable + "=" + program, quickExit,
		"GATEWAY_INTERFACE=CGI/1.1", "SERVER_PROTOCOL=HTTP/1.1", "SERVER_SOFTWARE=test", "SERVER_NAME=example.com", "SERVER_PORT=80",
		"REQUEST_METHOD=GET", "REQUEST_URI=/app/a", "SCRIPT_NAME=/app", "PATH_INFO=/a", "QUERY_STRING=",
		"REMOTE_ADDR=192.0.2.7", "REMOTE_PORT=4711", "HTTP_HOST=example.com", "PATH=" + os.Getenv("PATH"),
	}, more...)
}

// run runs a program to its end.
func run(t *testing.T, program string, stdin io.Reader, more ...string) (stdout, stderr string, status int) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = environment(program, more...)
	c.Stdin = stdin
	var out, err bytes.Buffer
	c.Stdout, c.Stderr = &out, &err
	if e := c.Run(); c.ProcessState == nil {
		t.Fatal(e)
	}
	return out.String(), err.String(), c.ProcessState.ExitCode()
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		program  string
		status   string // "" if there is no answer at all
		body     string
		logged   string
		exit     int
		doc      string
		leftover string // must not be in the answer
	}{
		{program: "hello", status: "200 OK", body: "Hello World!\n"},
		{program: "panic", status: "500 Internal Server Error", body: "Internal Server Error\n", logged: "oh no", leftover: "half",
			doc: "net/http/cgi ends with status 2 and says nothing"},
		{program: "panic-hook", status: "500 Internal Server Error", body: "Internal Server Error\n", logged: "oh no", leftover: "half"},
		{program: "panic-fails", status: "500 Internal Server Error", body: "Internal Server Error\n", logged: "oh no", exit: 1},
		{program: "panic-late", status: "200 OK", body: "half", logged: "oh no", exit: 1, doc: "there is nothing by which CGI could tell"},
		{program: "abort", exit: 1, logged: "broke off", doc: "without an answer the web server says 500"},
		{program: "goexit", exit: 1},
		{program: "short", exit: 1, logged: "shorter than its Content-Length"},
	}
	for _, test := range tests {
		t.Run(test.program, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, status := run(t, test.program, nil)
			if status != test.exit {
				t.Errorf("exit status %d, want %d", status, test.exit)
			}
			if !strings.Contains(stderr, test.logged) || test.logged == "" && stderr != "" {
				t.Errorf("stderr: got %q, want %q in it", stderr, test.logged)
			}
			if test.status == "" {
				if stdout != "" {
					t.Errorf("stdout: got %q, want nothing", stdout)
				}
				return
			}
			head, body, _ := strings.Cut(stdout, "\r\n\r\n")
			if !strings.HasPrefix(head, "Status: "+test.status+"\r\n") || !strings.Contains(head, "Content-Type: text/plain; charset=utf-8") {
				t.Errorf("head: got %q", head)
			}
			if body != test.body {
				t.Errorf("body: got %q, want %q", body, test.body)
			}
		})
	}
}

// running is a program whose handler runs.
type running struct {
	*exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	pipe   io.Closer
	stderr bytes.Buffer
}

// start returns when the handler has sent the head.
func start(t *testing.T, program string, more ...string) *running {
	t.Helper()
	p := &running{Cmd: exec.Command(os.Args[0])}
	p.Env = environment(program, more...)
	p.Stderr = &p.stderr
	var err error
	if p.stdin, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdout, p.pipe = bufio.NewReader(out), out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	for {
		line, err := p.stdout.ReadString('\n')
		if err != nil {
			t.Fatalf("%v, %s", err, p.stderr.String())
		}
		if line == "\r\n" {
			return p
		}
	}
}

// rest reads the answer's body and returns it with the exit status.
func (p *running) rest(t *testing.T) (body string, status int) {
	t.Helper()
	b, err := io.ReadAll(p.stdout)
	if err != nil {
		t.Error(err)
	}
	p.Wait()
	return string(b), p.ProcessState.ExitCode()
}

func TestHTTPoxy(t *testing.T) {
	t.Parallel()
	stdout, _, _ := run(t, "httpoxy", nil, "HTTP_PROXY=http://evil.example")
	if _, body, _ := strings.Cut(stdout, "\r\n\r\n"); body != `"" [] "\n"` {
		t.Errorf("got %s", body)
	}
}

// Programs that the handler runs get no descriptor of ours.
func TestDescriptorsAreNotInherited(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("there is no /proc/self/fd")
	}
	want, err := countDescriptors() // what the test itself passes on, from whoever started it
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr, _ := run(t, "descriptors", nil)
	if _, body, _ := strings.Cut(stdout, "\r\n\r\n"); body != want {
		t.Errorf("got %q, want %q, %s", body, want, stderr)
	}
}

// Apache sends the whole body before it reads the first byte of the answer.
func TestBodyFirst(t *testing.T) {
	t.Parallel()
	const size = 3 << 20
	c := exec.Command(os.Args[0])
	c.Env = environment("early", "REQUEST_METHOD=POST", "CONTENT_LENGTH=3145728")
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(stdin, io.LimitReader(zeros{}, size)); err != nil {
		t.Error(err)
	}
	stdin.Close()
	answer, err := io.ReadAll(stdout)
	if _, body, _ := bytes.Cut(answer, []byte("\r\n\r\n")); err != nil || len(body) != size {
		t.Errorf("got %d bytes, %v", len(body), err)
	}
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Under Apache's mod_cgid input and output are one socket. A body that is left
// unread must not reset it, which would cost the answer.
func TestSocket(t *testing.T) {
	t.Parallel()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "ours"), os.NewFile(uintptr(fds[1]), "theirs")
	defer ours.Close()
	c := exec.Command(os.Args[0])
	c.Env = environment("hello", "REQUEST_METHOD=POST", "CONTENT_LENGTH=300000")
	c.Stdin, c.Stdout = theirs, theirs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	if _, err := io.Copy(ours, io.LimitReader(zeros{}, 300000)); err != nil {
		t.Error(err)
	}
	answer, err := io.ReadAll(ours)
	if err != nil || !strings.HasSuffix(string(answer), "\r\n\r\nHello World!\n") {
		t.Errorf("got %q, %v", answer, err)
	}
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
}

// A program named nph- something answers in HTTP's own form.
func TestNonParsedHeader(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "nph-test")
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, name); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(name)
	c.Env = environment("nph")
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(out)), nil)
	if err != nil {
		t.Fatalf("%v: %q", err, out)
	}
	body, err := io.ReadAll(answer.Body)
	if answer.StatusCode != 418 || !answer.Close || string(body) != "teapot\n" || err != nil {
		t.Errorf("got %+v, %q, %v", answer, body, err)
	}
	if _, err := http.ParseTime(answer.Header.Get("Date")); err != nil {
		t.Error(err)
	}
}
