//go:build linux

package gatewaytest_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait for something that has to come.
const patience = time.Minute

// process is a running probe.
type process struct {
	cmd    *exec.Cmd
	stderr output
	ended  chan struct{}
	err    error // after ended
}

// output collects what a process writes.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// start runs cmd until the test's end, which stops it by SIGTERM: that must be
// enough, and an end without an error.
func start(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{cmd: cmd, ended: make(chan struct{})}
	cmd.Stderr = &p.stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() { p.stop(t) })
	return p
}

// startOnPort starts a program that is given http+fd://3 as its address, with a socket
// that has a port already, and returns that.
func startOnPort(t *testing.T, cmd *exec.Cmd) (url string) {
	t.Helper()
	url, _ = startWithPort(t, cmd)
	return url
}

// startWithPort is startOnPort for who wants to know what the program says.
func startWithPort(t *testing.T, cmd *exec.Cmd) (url string, p *process) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	cmd.ExtraFiles = []*os.File{socket}
	return "http://" + l.Addr().String(), start(t, cmd)
}

func (p *process) stop(t *testing.T) {
	t.Helper()
	select {
	case <-p.ended: // it was stopped before
		return
	default:
	}
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Errorf("still there %v after SIGTERM", patience)
		p.cmd.Process.Kill()
		<-p.ended
	}
	if p.err != nil || t.Failed() {
		t.Errorf("%s ended with: %v\n%s", p.cmd.Path, p.err, &p.stderr)
	}
}

// listen waits until somebody accepts connections there.
func listens(t *testing.T, network, addr string) {
	t.Helper()
	until(t, addr+" does not listen", func() bool {
		c, err := net.Dial(network, addr)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// until waits for a condition that nothing announces.
func until(t *testing.T, complaint string, done func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal(complaint)
		}
	}
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peakMemory returns the most that the process had resident, in bytes.
func peakMemory(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	m := peakLine.FindSubmatch(status)
	if m == nil {
		t.Fatalf("no VmHWM in %s", status)
	}
	kb, _ := strconv.Atoi(string(m[1]))
	return kb << 10
}
