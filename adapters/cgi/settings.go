package cgi

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// settings are a Server's fields with the defaults filled in.
type settings struct {
	handler http.Handler
	log     *slog.Logger
	base    context.Context

	timeout, grace time.Duration // 0 is none
	failOnPanic    bool
	raw            bool // non-parsed header
	informational  bool

	body    spool.Limits
	request gateway.Options

	stdin          io.Reader
	stdout, stderr io.Writer
	environ        gateway.Environ
}

// Validate reports all that is wrong with the fields, as Serve does before it
// answers.
func (s *Server) Validate() error {
	_, err := s.request()
	return err
}

func (s *Server) request() (gateway.Options, error) {
	o, err := gateway.NewOptions("CGI/1.1", s.Mount, s.DisableQuirks, s.DangerouslyTrustRemoteUser)
	o.BodyToEOF, o.ChunkedToEOF = s.ReadToEOF, true
	return o, serve.Faults("cgi", err, serve.CheckBodyDir(s.BodyDir))
}

func (s *Server) settings() (*settings, error) {
	request, err := s.request()
	if err != nil {
		return nil, err
	}
	set := &settings{
		handler:       s.Handler,
		log:           serve.Logger(s.Logger),
		base:          context.Background(),
		timeout:       max(s.Timeout, 0),
		grace:         serve.Default(s.GraceTime, 10*time.Second),
		failOnPanic:   s.FailOnPanic,
		raw:           s.NonParsedHeader || strings.HasPrefix(filepath.Base(os.Args[0]), "nph-"),
		informational: s.Informational,
		body:          spool.Limits{Body: max(s.MaxBodyBytes, 0), Memory: s.BodyMemory, File: s.BodyFile, Dir: s.BodyDir},
		request:       request,
	}
	if set.handler == nil {
		set.handler = http.DefaultServeMux
	}
	if s.BaseContext != nil {
		set.base = s.BaseContext()
	}
	set.setProcess(s)
	return set, nil
}

// setProcess fills in what the process has.
func (set *settings) setProcess(s *Server) {
	set.stdin, set.stdout, set.stderr, set.environ = s.Stdin, s.Stdout, s.Stderr, s.Environ
	if set.environ == nil {
		set.environ = os.Environ()
		os.Unsetenv("HTTP_PROXY")
	}
	if set.stdin == nil {
		set.stdin = &standard{shared: os.Stdin}
	}
	if set.stdout == nil {
		set.stdout = &standard{shared: os.Stdout}
	}
	if set.stderr == nil {
		set.stderr = os.Stderr
	}
}
