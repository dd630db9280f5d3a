// Package front starts real web servers, to measure what is behind them.
package front

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"text/template"
	"time"
)

// A Kind is a program that serves the web.
type Kind struct {
	Name string
	args func(dir, config string) []string // in the foreground, ended by SIGTERM
}

// The kinds that there are.
var (
	Nginx    = Kind{"nginx", func(dir, config string) []string { return []string{"-p", dir, "-c", config, "-e", "stderr"} }}
	Apache   = Kind{"apache2", func(dir, config string) []string { return []string{"-d", dir, "-f", config, "-D", "FOREGROUND"} }}
	Lighttpd = Kind{"lighttpd", func(_, config string) []string { return []string{"-D", "-f", config} }}
)

// Settings are what the template of a configuration is executed with.
type Settings struct {
	Dir    string // where the server may write
	Port   int    // where it shall listen, on 127.0.0.1
	Root   bool   // it is started by root
	Behind any    // what it is the front of
}

// A Server is a running one.
type Server struct {
	Addr string
	cmd  *exec.Cmd
}

// Start starts a server with its files in dir and waits until it listens.
func (k Kind) Start(ctx context.Context, dir string, config *template.Template, behind any) (*Server, error) {
	exe, err := k.Find()
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, k.Name+".conf")
	if err := write(path, config, Settings{Dir: dir, Port: port, Root: os.Geteuid() == 0, Behind: behind}); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, exe, k.args(dir, path)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Apache with the prefork MPM passes SIGTERM on to its whole group
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &Server{Addr: fmt.Sprintf("127.0.0.1:%d", port), cmd: cmd}
	if err := Await("tcp", s.Addr); err != nil {
		s.Stop()
		return nil, fmt.Errorf("%s: %w", k.Name, err)
	}
	return s, nil
}

// Find returns the path of the program. It looks where Debian installs it too: an ordinary user's PATH lacks /usr/sbin.
func (k Kind) Find() (string, error) {
	if exe, err := exec.LookPath(k.Name); err == nil {
		return exe, nil
	}
	return exec.LookPath("/usr/sbin/" + k.Name)
}

func write(path string, config *template.Template, s Settings) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(config.Execute(f, s), f.Close())
}

// freePort finds a port for a server that cannot choose one and tell.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// Await returns when somebody accepts connections there: servers do not say when they do.
func Await(network, addr string) error {
	var err error
	for range 400 {
		var c net.Conn
		if c, err = net.Dial(network, addr); err == nil {
			return c.Close()
		}
		time.Sleep(25 * time.Millisecond)
	}
	return fmt.Errorf("nobody listens: %w", err)
}

// Pid returns the id of the process that was started: the parent of those that serve.
func (s *Server) Pid() int { return s.cmd.Process.Pid }

// Stop ends the server and its children.
func (s *Server) Stop() {
	s.cmd.Process.Signal(syscall.SIGTERM)
	s.cmd.Wait()
}
