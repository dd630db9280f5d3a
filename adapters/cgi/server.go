package cgi

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// Server answers one request. The zero value of every field is a safe default.
type Server struct {
	Handler http.Handler // nil is http.DefaultServeMux

	// Logger gets a line for a refused request, and the panics. nil is slog.Default().
	Logger *slog.Logger

	// MaxBodyBytes is the longest body that the handler can read; default: no limit.
	MaxBodyBytes int64
	// BodyMemory and BodyFile bound what is kept of a body that the web server
	// sends before the handler wants it: in memory (default 256 KiB), and in a
	// temporary file after that (default 1 GiB) in BodyDir (default
	// os.TempDir()). A negative one keeps nothing there.
	BodyMemory int
	BodyFile   int64
	BodyDir    string
	// ReadToEOF gives the handler a body of unknown length, up to the end of
	// standard input, when there is no CONTENT_LENGTH. RFC 3875 (section 4.2)
	// promises no such end: with a web server that leaves standard input open
	// the handler would wait for ever. A body that the client sent in chunks
	// and the web server passed on without a length, as Apache does, needs no
	// setting.
	ReadToEOF bool

	// Timeout bounds the whole request: then its context is cancelled and its
	// body can no longer be read. No default, since web servers have a limit of
	// their own, and a streaming answer none.
	Timeout time.Duration
	// GraceTime is how long the handler may go on after the Timeout, or after
	// the SIGTERM or SIGINT with which web servers stop a program whose client
	// has gone; then the process ends. Default 10 s; negative waits for ever.
	GraceTime time.Duration

	// FailOnPanic makes Serve return an error, so that the exit status tells,
	// for a handler that panicked although the client got a whole page of
	// status 500.
	FailOnPanic bool

	// NonParsedHeader answers with a whole HTTP response, for programs that the
	// web server was told not to parse (section 5). A program whose file's name
	// starts with "nph-" does so anyway.
	NonParsedHeader bool
	// Informational sends 1xx answers on. Only lighttpd is known to take them:
	// others make a final answer of the first one.
	Informational bool

	// DangerouslyTrustRemoteUser makes REMOTE_USER with a non-empty AUTH_TYPE
	// the request's gangplank.Identity. Set it only for a web server that
	// checks the login itself.
	DangerouslyTrustRemoteUser bool

	// Mount is the path below which the application lives, such as "/wiki",
	// where the web server's variables do not tell; "/" is the root. Empty
	// finds it from SCRIPT_NAME, PATH_INFO and REQUEST_URI.
	Mount string
	// DisableQuirks names repairs of what web servers get wrong that are not to
	// be made; see the list in package adapters.
	DisableQuirks []string

	// BaseContext gives the context from which the request's has its values;
	// nil is context.Background.
	BaseContext func() context.Context

	// What the process has is the default for these: standard input, output and
	// error, and the environment, of which HTTP_PROXY is removed then (see
	// Serve).
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Environ        []string // "NAME=value"
}

// Serve answers the request with h, as the zero [Server] does.
func Serve(h http.Handler) error { return (&Server{Handler: h}).Serve() }

// Serve answers the request and returns nil when that is done, even if the
// answer is an error page, or if the client went away meanwhile. The errors,
// with which a process should end with a status that is not 0:
//
//   - [ErrBroken]: the answer is not whole, as a panic with
//     http.ErrAbortHandler or after Hijack, or too few bytes for the
//     Content-Length make it;
//   - a write to standard output failed;
//   - a field of s is wrong, as Validate says. Nothing is sent then, and the web
//     server answers in its own way.
//
// Serve removes HTTP_PROXY from the process's environment: it is the client's
// Proxy field, but programs that the handler runs and libraries take it for
// their proxy (httpoxy, CVE-2016-5386).
//
// The request's context is cancelled when SIGTERM or SIGINT comes, when the web
// server no longer reads the answer, and after Timeout. A write of the answer
// that nobody reads fails; it does not end the process by SIGPIPE.
//
// Signals are taken as soon as they can matter: at once if the request has a body
// or a method that may change something, or if there is a Timeout; else when the
// request's context is first asked, or when a part of the answer goes out. Before
// that, SIGTERM ends the process as it ends any other program.
func (s *Server) Serve() error {
	set, err := s.settings()
	if err != nil {
		return err
	}
	return set.serve()
}
