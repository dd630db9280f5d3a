//go:build unix

package cgi_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

func TestSignals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		desc, program, body string
		more                []string
		signals             []os.Signal
		status              int
	}{
		{"SIGTERM", "wait", "cgi: terminated by a signal", nil, []os.Signal{syscall.SIGTERM}, 0},
		{"SIGINT", "wait", "cgi: terminated by a signal", nil, []os.Signal{syscall.SIGINT}, 0},
		{"two SIGTERMs", "wait", "cgi: terminated by a signal", nil, []os.Signal{syscall.SIGTERM, syscall.SIGTERM}, 0},
		{"SIGTERM while the body is read", "body", "0, deadline exceeded: true, cgi: terminated by a signal",
			[]string{"CONTENT_LENGTH=5", "REQUEST_METHOD=POST"}, []os.Signal{syscall.SIGTERM}, 0},
		{"a handler that gives up", "gives-up", "", nil, []os.Signal{syscall.SIGTERM}, 0},
		{"a handler that goes on", "stuck", "", nil, []os.Signal{syscall.SIGTERM}, 1},
		{"timeout", "slow", "cgi: request timed out", nil, nil, 0},
	} {
		t.Run(test.desc, func(t *testing.T) {
			t.Parallel()
			p := start(t, test.program, test.more...)
			for _, s := range test.signals {
				p.Process.Signal(s)
			}
			body, status := p.rest(t)
			if body != test.body || status != test.status {
				t.Errorf("got %q and exit status %d, want %q and %d; %s", body, status, test.body, test.status, p.stderr.String())
			}
		})
	}
}

// Apache stops a program whose client breaks off its upload.
func TestSignalWhileReading(t *testing.T) {
	t.Parallel()
	c := exec.Command(os.Args[0])
	c.Env = environment("silent-body", "REQUEST_METHOD=POST", "CONTENT_LENGTH=5")
	var stdout bytes.Buffer
	c.Stdout = &stdout
	if _, err := c.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stderr).ReadString('\n'); line != "reading\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	c.Process.Signal(syscall.SIGTERM)
	if err := c.Wait(); err != nil || !strings.HasSuffix(stdout.String(), "cgi: terminated by a signal") {
		t.Errorf("got %q, %v", stdout.String(), err)
	}
}

// The web server no longer reads: that is a failed write and a cancelled
// context, and no death by SIGPIPE.
func TestClientGone(t *testing.T) {
	t.Parallel()
	p := start(t, "writer")
	p.pipe.Close()
	p.Wait()
	if status := p.ProcessState.ExitCode(); status != 0 || !strings.Contains(p.stderr.String(), "write failed: write /dev/stdout: broken pipe") {
		t.Errorf("%v, %q", p.ProcessState, p.stderr.String())
	}
}
