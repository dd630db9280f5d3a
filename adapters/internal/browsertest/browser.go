//go:build linux

// Package browsertest drives a headless Chromium, to test pages that a person
// sees: what they look like to it, what it complains about, what its keys do. It
// speaks the DevTools protocol over a pipe, so it needs no port and no library.
//
// A missing Chromium skips the test on a developer's machine, and fails it where
// CI=true, as with the servers of package servertest.
package browsertest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	program  = "/usr/bin/chromium"
	patience = 2 * time.Minute
)

// Browser is a running Chromium with an empty profile.
type Browser struct {
	t    testing.TB
	cmd  *exec.Cmd
	to   io.WriteCloser
	done chan struct{} // closed when nothing more comes

	mu      sync.Mutex
	last    int
	waiting map[int]chan message
	events  map[string]func(message) // by session
}

// message is a command, its answer, or an event.
type message struct {
	ID        int             `json:"id,omitempty"`
	Session   string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    json.RawMessage `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Complaint *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// Start starts a browser; the test's end ends it.
func Start(t testing.TB) *Browser {
	t.Helper()
	if _, err := os.Stat(program); err != nil {
		reason := "browsertest: " + program + " is not installed (adapters/internal/servertest/install.sh installs it on Debian)"
		if os.Getenv("CI") == "true" {
			t.Fatal(reason)
		}
		t.Skip(reason)
	}
	commands, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, answers, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	b := &Browser{t: t, to: to, done: make(chan struct{}), waiting: map[int]chan message{}, events: map[string]func(message){}}
	// Without a sandbox, because root's is refused; it sees only the test's pages.
	b.cmd = exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir())
	b.cmd.ExtraFiles = []*os.File{commands, answers} // file descriptors 3 and 4
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	commands.Close()
	answers.Close()
	go b.read(from)
	t.Cleanup(b.stop)
	return b
}

// stop asks it to close, and then ends what is left of its process group.
func (b *Browser) stop() {
	_ = b.send(message{ID: 1 << 30, Method: "Browser.close"})
	select {
	case <-b.done:
	case <-time.After(patience):
	}
	_ = b.to.Close()
	_ = syscall.Kill(-b.cmd.Process.Pid, syscall.SIGKILL)
	_ = b.cmd.Wait()
}

// read hands out what comes: messages that end in a zero byte.
func (b *Browser) read(from io.ReadCloser) {
	defer from.Close()
	defer close(b.done)
	r := bufio.NewReader(from)
	for {
		text, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) != nil {
			continue
		}
		b.mu.Lock()
		answer, event := b.waiting[m.ID], b.events[m.Session]
		delete(b.waiting, m.ID)
		b.mu.Unlock()
		switch {
		case m.ID != 0 && answer != nil:
			answer <- m
		case m.Method != "" && event != nil:
			event(m)
		}
	}
}

func (b *Browser) send(m message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	_, err = b.to.Write(append(text, 0))
	return err
}

// call sends a command and waits for its answer.
func (b *Browser) call(session, method string, params, result any) error {
	raw, err := json.Marshal(params)
	if err != nil {
		return err
	}
	answer := make(chan message, 1)
	b.mu.Lock()
	b.last++
	id := b.last
	b.waiting[id] = answer
	b.mu.Unlock()
	if err := b.send(message{ID: id, Session: session, Method: method, Params: raw}); err != nil {
		return err
	}
	select {
	case m := <-answer:
		if m.Complaint != nil {
			return fmt.Errorf("%s: %s", method, m.Complaint.Message)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(m.Result, result)
	case <-b.done:
		return errors.New("the browser has ended")
	case <-time.After(patience):
		return fmt.Errorf("%s: no answer after %v", method, patience)
	}
}
