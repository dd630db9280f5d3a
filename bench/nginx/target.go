package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/gangplank-web/gangplank/bench/internal/backend"
	"github.com/gangplank-web/gangplank/bench/internal/wire"
)

// A target is a backend and how nginx speaks to it.
type target struct {
	Name    string // also the path of its location
	FastCGI bool   // else HTTP/1.1
	Keep    bool   // nginx keeps its connections to the backend
	Socket  string
	start   func(socket string) (process, error)
}

// A process is a running backend.
type process interface {
	Pid() int
	Stop() error
}

// allTargets lists the backends, FastCGI once with kept connections and once with nginx's default, a connection per request.
func allTargets(ctx context.Context, dir string) ([]target, error) {
	var all []target
	add := func(name string, fastCGI, keep bool, start func(string) (process, error)) {
		all = append(all, target{name, fastCGI, keep, filepath.Join(dir, name+".sock"), start})
	}
	for _, b := range backend.All {
		start := func(socket string) (process, error) { return backend.Start(b.Name, socket) }
		fastCGI := b.Protocol == wire.FastCGI
		add(b.Name+"-kept", fastCGI, true, start)
		if fastCGI {
			add(b.Name+"-once", true, false, start)
		}
	}
	exe, err := buildLibfcgi(ctx, dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "nginx: no row for libfcgi:", err)
		return all, nil
	}
	// A libfcgi process serves one connection at a time, so a kept one would lock the others out.
	add("fastcgi-libfcgi-once", true, false, func(socket string) (process, error) { return startLibfcgi(exe, socket) })
	return all, nil
}

//go:embed libfcgi/libfcgi.c
var libfcgiSource []byte

// buildLibfcgi compiles the C program.
func buildLibfcgi(ctx context.Context, dir string) (exe string, err error) {
	source := filepath.Join(dir, "libfcgi.c")
	if err := os.WriteFile(source, libfcgiSource, 0o600); err != nil {
		return "", err
	}
	exe = filepath.Join(dir, "libfcgi")
	out, err := exec.CommandContext(ctx, "gcc", "-O2", "-o", exe, source, "-lfcgi").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w (is libfcgi-dev there?) %.200s", err, out)
	}
	return exe, nil
}

type libfcgi struct{ cmd *exec.Cmd }

func startLibfcgi(exe, socket string) (process, error) {
	f, err := backend.Listen(socket)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	cmd := exec.Command(exe)
	cmd.Stdin, cmd.Stderr = f, os.Stderr // FCGI_LISTENSOCK_FILENO is 0
	return libfcgi{cmd}, cmd.Start()
}

func (p libfcgi) Pid() int { return p.cmd.Process.Pid }

func (p libfcgi) Stop() error {
	err := p.cmd.Process.Kill()
	var exit *exec.ExitError
	if waitErr := p.cmd.Wait(); !errors.As(waitErr, &exit) {
		err = errors.Join(err, waitErr)
	}
	return err
}
