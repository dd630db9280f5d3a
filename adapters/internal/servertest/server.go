//go:build linux

package servertest

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	startTimeout = time.Minute // from exec to the first accepted connection
	stopTimeout  = time.Minute // from the polite signal to SIGKILL
	logTail      = 4 << 10     // how much of the error log a failed test shows
)

// Server is one running web server.
type Server struct {
	URL string // http://127.0.0.1:port, or with https
	Dir string // configuration, error log and document root (htdocs)

	// Roots is what a client of a server with TLS has to trust, for the name
	// TLSName; else nil.
	Roots *x509.CertPool

	name string
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
	err  error         // how it ended; read after done
	stop func()

	reload syscall.Signal
}

// plan is what a server's type knows about starting it.
type plan struct {
	name    string
	program string // absolute path
	args    func(config string) []string
	config  string                      // @DIR@ and @PORT@ are replaced
	tls     bool                        // it wants cert.pem and key.pem in its folder
	place   []func(htdocs string) error // what puts files there before the start
	quit    syscall.Signal              // ends it at once, children too
	reload  syscall.Signal              // starts over without losing a request
}

func (p plan) scheme() string {
	if p.tls {
		return "https"
	}
	return "http"
}

// start runs the plan until it answers. The kernel names a free port, which
// another process may take before the server does: then the next one is tried.
func start(t testing.TB, p plan) *Server {
	t.Helper()
	need(t, p.program)
	dir := publicDir(t)
	for _, put := range p.place {
		if err := put(filepath.Join(dir, "htdocs")); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	var roots *x509.CertPool
	if p.tls {
		if roots, err = certify(dir); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		var s *Server
		if s, err = launch(p, dir, freePort(t)); err == nil {
			s.Roots = roots
			s.stop = sync.OnceFunc(func() { s.end(p.quit) })
			t.Cleanup(func() { s.cleanup(t) })
			return s
		}
	}
	t.Fatalf("servertest: %v\n%s", err, tail(filepath.Join(dir, "error.log")))
	return nil
}

func launch(p plan, dir string, port int) (*Server, error) {
	config := filepath.Join(dir, p.name+".conf")
	text := expand(p.config, dir, port)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(dir, "error.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s := &Server{
		URL:  p.scheme() + "://127.0.0.1:" + strconv.Itoa(port),
		Dir:  dir,
		name: p.name,
		cmd:  exec.Command(p.program, p.args(config)...),
		done: make(chan struct{}),

		reload: p.reload,
	}
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	// A session of its own: Apache's prefork MPM sends SIGTERM to its whole
	// process group when it stops (prefork.c), which must not be the test's.
	// Pdeathsig: a test that dies of its timeout runs no cleanup.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGTERM}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		s.err = s.cmd.Wait()
		close(s.done)
	}()
	if err := s.ready(); err != nil {
		s.end(syscall.SIGKILL)
		return nil, err
	}
	return s, nil
}

// ready waits until the server has written its pid file, which each of them
// does when it has bound its port, and accepts a connection there. The
// connection alone would not do: it may reach whoever has taken the port.
func (s *Server) ready() error {
	deadline := time.After(startTimeout)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-s.done:
			return fmt.Errorf("%s ended while starting: %v", s.name, s.err)
		case <-deadline:
			return fmt.Errorf("%s does not answer after %v", s.name, startTimeout)
		case <-tick.C:
			if s.answers() {
				return nil
			}
		}
	}
}

func (s *Server) answers() bool {
	if pid, err := os.ReadFile(filepath.Join(s.Dir, "pid")); err != nil || len(pid) == 0 {
		return false
	}
	c, err := net.DialTimeout("tcp", s.Addr(), startTimeout)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// Addr returns the host and port of URL.
func (s *Server) Addr() string { return s.URL[strings.LastIndex(s.URL, "/")+1:] }

// Log returns what the server has written to its error log so far, with what
// its gateways' programs wrote to stderr.
func (s *Server) Log() string {
	b, _ := os.ReadFile(filepath.Join(s.Dir, "error.log"))
	return string(b)
}

// Signal sends sig to the server's main process: a graceful stop, say.
func (s *Server) Signal(sig syscall.Signal) error { return s.cmd.Process.Signal(sig) }

// Reload makes the server read its configuration again, gracefully: what runs
// is finished, what comes is taken. It does not wait for that.
func (s *Server) Reload() error { return s.Signal(s.reload) }

// Wait waits until the server has ended by itself, after a Signal.
func (s *Server) Wait() { <-s.done }

// Stop ends the server and what it has spawned. The test's end does it too.
func (s *Server) Stop() { s.stop() }

func (s *Server) end(quit syscall.Signal) {
	s.cmd.Process.Signal(quit)
	select {
	case <-s.done:
	case <-time.After(stopTimeout):
	}
	// What is left of the group: programs that the server has spawned and left behind.
	if err := syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		s.cmd.Process.Kill()
	}
	<-s.done
}

func (s *Server) cleanup(t testing.TB) {
	s.Stop()
	if t.Failed() {
		t.Logf("%s's error log:\n%s", s.name, tail(filepath.Join(s.Dir, "error.log")))
	}
}

func tail(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	if len(b) > logTail {
		b = append([]byte("...\n"), b[len(b)-logTail:]...)
	}
	return string(b)
}
