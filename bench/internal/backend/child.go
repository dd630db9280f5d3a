package backend

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
)

// A program that starts children calls ServeIfChild first; Start runs the same executable again with this variable set.
const childVariable = "GANGPLANK_BENCH_BACKEND"

// A Child is a backend in a process of its own, so that its memory and CPU time are its own.
type Child struct {
	cmd     *exec.Cmd
	control io.WriteCloser
	replies *bufio.Scanner
}

// Start runs the named backend on a unix socket at path. The socket listens when Start returns.
func Start(name, path string) (*Child, error) {
	f, err := Listen(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childVariable+"="+name)
	cmd.Stderr = os.Stderr
	cmd.ExtraFiles = []*os.File{f}
	return startChild(cmd)
}

// Listen returns a listening unix socket at path, for a child process to inherit.
func Listen(path string) (*os.File, error) {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	defer l.Close()
	l.SetUnlinkOnClose(false) // the child goes on with it
	return l.File()
}

func startChild(cmd *exec.Cmd) (*Child, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &Child{cmd: cmd, control: in, replies: bufio.NewScanner(out)}, nil
}

// Pid returns the process id.
func (c *Child) Pid() int { return c.cmd.Process.Pid }

// Memory returns the bytes of heap and of stacks that the child has in use after a garbage collection.
func (c *Child) Memory() (n int64, err error) {
	if _, err := io.WriteString(c.control, "memory\n"); err != nil {
		return 0, err
	}
	if !c.replies.Scan() {
		return 0, fmt.Errorf("backend: the child is gone: %w", c.replies.Err())
	}
	_, err = fmt.Sscan(c.replies.Text(), &n)
	return n, err
}

// Stop ends the child and waits for it.
func (c *Child) Stop() error {
	c.control.Close()
	return c.cmd.Wait()
}

// ServeIfChild serves and never returns if this process was started by Start; otherwise it does nothing.
func ServeIfChild() {
	name := os.Getenv(childVariable)
	if name == "" {
		return
	}
	if err := serveChild(name); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serveChild serves on file descriptor 3 until standard input ends.
func serveChild(name string) error {
	b, err := Find(name)
	if err != nil {
		return err
	}
	l, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- b.Serve(l, http.HandlerFunc(HelloHandler)) }()
	go func() { failed <- answerControl() }()
	return <-failed
}

func answerControl() error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		fmt.Println(memoryInUse())
	}
	return in.Err()
}

func memoryInUse() uint64 {
	// The first collection empties the pools into their victim caches, the second drops those.
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
