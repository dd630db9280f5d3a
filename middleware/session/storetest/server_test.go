//go:build linux

package storetest

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	startTimeout = 2 * time.Minute
	stopTimeout  = time.Minute
)

// program returns the path of a server's program: the last of those that match.
// Without one the test is skipped, except in CI, where all are installed and a
// skip would hide that nothing was tested.
func program(t *testing.T, patterns ...string) string {
	t.Helper()
	for _, pattern := range patterns {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[len(found)-1]
		}
	}
	reason := strings.Join(patterns, ", ") + " is not installed (adapters/internal/servertest/install.sh installs it on Debian)"
	if os.Getenv("CI") == "true" {
		t.Fatal(reason)
	}
	t.Skip(reason)
	return ""
}

// serverDir makes a folder with a path short enough for a unix socket, 107
// bytes, that belongs to who the server runs as.
func serverDir(t *testing.T, as *syscall.Credential) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gangplank-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// unprivileged returns the first of these users if this one is root, whom some
// servers refuse to serve, and nil otherwise.
func unprivileged(t *testing.T, names ...string) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range names {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	t.Fatalf("none of the users %q exists", names)
	return nil
}

// command returns a command that runs in dir, as who dir belongs to, and ends
// with the test even when that dies of its timeout and cleans nothing up.
func command(dir string, as *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + dir, "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as, Setsid: true, Pdeathsig: syscall.SIGTERM}
	return cmd
}

// run runs a command to its end.
func run(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd.Path, err, out)
	}
}

// serve starts a server and waits until it says that it is ready. The test's
// end stops it, with the signal quit.
func serve(t *testing.T, cmd *exec.Cmd, ready string, quit syscall.Signal) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w := &watch{text: ready, seen: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.read(out)
		cmd.Wait()
	}()
	t.Cleanup(func() { stop(t, cmd, quit, done) })
	select {
	case <-w.seen:
	case <-done:
		t.Fatalf("%s ended while starting:\n%s", cmd.Path, w.log())
	case <-time.After(startTimeout):
		t.Fatalf("%s is not ready after %v:\n%s", cmd.Path, startTimeout, w.log())
	}
}

func stop(t *testing.T, cmd *exec.Cmd, quit syscall.Signal, done <-chan struct{}) {
	cmd.Process.Signal(quit)
	select {
	case <-done:
	case <-time.After(stopTimeout):
		t.Errorf("%s does not stop after %v", cmd.Path, stopTimeout)
		cmd.Process.Kill()
		<-done
	}
}

// watch reads what a server says and waits for a text.
type watch struct {
	text string
	seen chan struct{} // closed

	mu    sync.Mutex
	lines []string
}

func (w *watch) read(r io.Reader) {
	once := sync.OnceFunc(func() { close(w.seen) })
	for lines := bufio.NewScanner(r); lines.Scan(); {
		w.mu.Lock()
		w.lines = append(w.lines, lines.Text())
		w.mu.Unlock()
		if strings.Contains(lines.Text(), w.text) {
			once()
		}
	}
	io.Copy(io.Discard, r) // a line too long for the scanner
}

func (w *watch) log() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.lines, "\n")
}
