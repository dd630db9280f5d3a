package adaptertest

import (
	"context"
	"io"
	"net/http"
	"os/exec"
)

// CGI is an http.RoundTripper that runs a CGI program for each request, as a
// front server does: with the request's variables and Env for all its
// environment, and the body on its standard input.
type CGI struct {
	Path   string    // of the program
	Env    []string  // "NAME=value", beside the request's variables
	Mount  string    // the variable SCRIPT_NAME
	Stderr io.Writer // the program's standard error; nil throws it away
}

// RoundTrip starts the program and returns as soon as the head of its answer is
// there. When the request's context is cancelled the program is killed.
func (t *CGI) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	cmd := exec.CommandContext(ctx, t.Path)
	cmd.Stderr = t.Stderr
	cmd.Env = append(cmd.Env, t.Env...)
	for name, value := range Variables(r, t.Mount) {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	p := &program{Reader: stdout, cmd: cmd, cancel: cancel, body: r.Body}
	go func() {
		defer stdin.Close()
		if r.Body != nil {
			defer r.Body.Close()
			io.Copy(stdin, r.Body)
		}
	}()
	res, err := ReadGatewayResponse(stdout, r)
	if err != nil {
		p.Close()
		return nil, err
	}
	p.Reader = res.Body
	res.Body = p
	return res, nil
}

// A program is one that runs. Its answer ends with its standard output.
type program struct {
	io.Reader
	cmd    *exec.Cmd
	cancel context.CancelFunc
	body   io.Closer // of the request; may be nil
	done   bool
}

func (p *program) Close() error {
	if p.done {
		return nil
	}
	p.cancel()
	return p.wait()
}

// wait waits for the program's end. Whoever sends the rest of a body that nobody
// reads any more is told.
func (p *program) wait() error {
	p.done = true
	err := p.cmd.Wait()
	if p.body != nil {
		p.body.Close()
	}
	p.cancel()
	return err
}

func (p *program) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	if err == io.EOF && !p.done {
		p.wait() // its exit status says nothing to the client
	}
	return n, err
}
