package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gangplank-web/gangplank/bench/internal/cputime"
	"github.com/gangplank-web/gangplank/bench/internal/front"
	"github.com/gangplank-web/gangplank/bench/internal/module"
)

// A site is a running web server with a wiki behind it. The configurations' templates read it.
type site struct {
	gateway
	Bin     string // the folder of the program
	Program string
	Socket  string // for all but CGI
	Secret  string // for AJP
	Env     map[string]string

	dir    string    // of this site's database, socket, configuration and logs
	wiki   *exec.Cmd // nil for CGI
	server *front.Server
}

// publicDir makes a folder that the servers' workers may enter and write: started by root they are another user's.
func publicDir(parent string) (string, error) {
	dir, err := os.MkdirTemp(parent, "gangplank-wiki-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o777)
}

// build builds the wiki, which is in a module of its own beside this one, without cgo as the CGI benchmark does.
func build(ctx context.Context, dir string) (program string, err error) {
	source, err := module.Dir(ctx)
	if err != nil {
		return "", err
	}
	program = filepath.Join(dir, "wiki")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", program, "./wiki")
	cmd.Dir = filepath.Join(source, "..", "examples")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return program, nil
}

// start starts the wiki with a new database, unless the server does that, and the server.
func start(ctx context.Context, g gateway, program string) (*site, error) {
	dir, err := publicDir(filepath.Dir(program))
	if err != nil {
		return nil, err
	}
	s := &site{gateway: g, Bin: filepath.Dir(program), Program: program, Socket: filepath.Join(dir, "socket"), Secret: "between-us", dir: dir,
		Env: map[string]string{"WIKI_STORAGE": filepath.Join(dir, "wiki.db"), "WIKI_SIGNUP": "1", "WIKI_HTTP": "1"}}
	if err := s.start(ctx); err != nil {
		return nil, s.end(err)
	}
	return s, nil
}

func (s *site) start(ctx context.Context) (err error) {
	if s.Protocol != "cgi" {
		if err := s.startWiki(ctx); err != nil {
			return err
		}
	}
	s.server, err = s.Server.Start(ctx, s.dir, s.config(), s)
	return err
}

func (s *site) startWiki(ctx context.Context) error {
	log, err := os.Create(filepath.Join(s.dir, "wiki.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	addr := s.Protocol + "+unix:" + s.Socket + "?mode=0666"
	if s.Protocol == "ajp" {
		addr += "&secret=" + s.Secret
	}
	cmd := exec.CommandContext(ctx, s.Program, addr)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Env, cmd.Stderr = os.Environ(), log
	for name, value := range s.Env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.wiki = cmd
	return front.Await("unix", s.Socket)
}

// end stops the site. To an error it adds what the programs have said at last, before their folder is removed.
func (s *site) end(err error) error {
	if err = errors.Join(err, s.stop()); err == nil {
		return nil
	}
	files, _ := filepath.Glob(filepath.Join(s.dir, "*.log")) // the pattern is right
	for _, file := range files {
		if b, readErr := os.ReadFile(file); readErr == nil {
			err = fmt.Errorf("%w\n%s: ... %s", err, filepath.Base(file), b[max(0, len(b)-2000):])
		}
	}
	return err
}

func (s *site) stop() (err error) {
	if s.server != nil {
		s.server.Stop()
	}
	if s.wiki != nil {
		s.wiki.Process.Signal(syscall.SIGTERM)
		err = s.wiki.Wait()
	}
	return err
}

// cpu returns the processor time that the wiki has used since it was started: as CGI, that of all its processes, from the fork on.
func (s *site) cpu() (total time.Duration, err error) {
	if s.wiki != nil {
		return cputime.Of(s.wiki.Process.Pid)
	}
	workers, err := cputime.Workers(s.server.Pid())
	if err != nil {
		return 0, err
	}
	for _, pid := range workers {
		used, err := cputime.OfChildren(pid)
		if err != nil {
			return 0, err
		}
		total += used
	}
	return total, nil
}
