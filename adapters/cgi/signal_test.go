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

// Before a part of the answer goes out a signal cancels what asks for it, and
// what may change something goes on to its end; a handler that does neither ends
// with its process.
func TestSignalBeforeAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		desc, program string
		more          []string
		end           string // of the answer
		signal        syscall.Signal
	}{
		{"a body is read", "silent-body", []string{"REQUEST_METHOD=POST", "CONTENT_LENGTH=5"}, "cgi: terminated by a signal", 0},
		{"the context is asked", "silent-wait", nil, "cgi: terminated by a signal", 0},
		{"a POST that asks nothing", "silent-input", []string{"REQUEST_METHOD=POST"}, "finished", 0},
		{"a GET that asks nothing", "silent-input", nil, "", syscall.SIGTERM},
	} {
		t.Run(test.desc, func(t *testing.T) {
			t.Parallel()
			answer, state := signalled(t, test.program, test.more)
			if status := state.Sys().(syscall.WaitStatus); test.signal == 0 && !state.Success() || test.signal != 0 && status.Signal() != test.signal {
				t.Errorf("got %v, want signal %d or success", state, test.signal)
			}
			if !strings.HasSuffix(answer, test.end) || test.end == "" && answer != "" {
				t.Errorf("got %q, want %q at its end", answer, test.end)
			}
		})
	}
}

// signalled runs a program that says on stderr when it is ready, sends it
// SIGTERM, and then a line to go on with.
func signalled(t *testing.T, program string, more []string) (answer string, state *os.ProcessState) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = environment(program, more...)
	var stdout bytes.Buffer
	c.Stdout = &stdout
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stderr).ReadString('\n'); line != "ready\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	c.Process.Signal(syscall.SIGTERM)
	if program == "silent-input" {
		stdin.Close()
	}
	_ = c.Wait()
	return stdout.String(), c.ProcessState
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
