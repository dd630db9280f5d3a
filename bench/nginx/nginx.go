package main

import (
	"context"
	_ "embed"
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

//go:embed nginx.conf.tmpl
var configText string

var config = template.Must(template.New("nginx.conf").Parse(configText))

// A front is a running nginx.
type front struct {
	cmd  *exec.Cmd
	addr string
}

// startNginx starts nginx with a location per target and waits until it listens.
func startNginx(ctx context.Context, dir string, targets []target) (*front, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "nginx.conf")
	if err := writeConfig(path, map[string]any{"Dir": dir, "Root": os.Geteuid() == 0, "Targets": targets, "Port": port}); err != nil {
		return nil, err
	}
	exe, err := findNginx()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, exe, "-p", dir, "-c", path, "-e", "stderr")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	f := &front{cmd: cmd, addr: fmt.Sprintf("127.0.0.1:%d", port)}
	if err := f.wait(); err != nil {
		f.stop()
		return nil, err
	}
	return f, nil
}

// findNginx looks where Debian installs it too: an ordinary user's PATH lacks /usr/sbin.
func findNginx() (string, error) {
	if exe, err := exec.LookPath("nginx"); err == nil {
		return exe, nil
	}
	return exec.LookPath("/usr/sbin/nginx")
}

func writeConfig(path string, data any) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(config.Execute(f, data), f.Close())
}

// freePort finds a port for nginx, which cannot choose one and tell.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// wait returns when nginx accepts connections: it does not say when.
func (f *front) wait() error {
	var err error
	for range 200 {
		var c net.Conn
		if c, err = net.Dial("tcp", f.addr); err == nil {
			return c.Close()
		}
		time.Sleep(25 * time.Millisecond)
	}
	return fmt.Errorf("nginx does not listen: %w", err)
}

func (f *front) url(t target) string { return "http://" + f.addr + "/" + t.Name }

func (f *front) stop() {
	f.cmd.Process.Signal(syscall.SIGTERM)
	f.cmd.Wait()
}
