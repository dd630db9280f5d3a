package cgi_test

import (
	"io"
	"log/slog"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/cgi"
)

// programs are what the test binary does as a CGI program.
var programs = map[string]func() error{
	"conformance": func() error {
		s := cgi.Server{Handler: adaptertest.Handler(), ReadToEOF: true, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
		return s.Serve()
	},
}
