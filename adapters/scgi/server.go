package scgi

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/oneshot"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// Server serves SCGI to the front servers that connect to it. The zero value of
// every field is a safe default; a negative limit or timeout switches it off. The
// fields must not be changed once Serve has been called.
type Server struct {
	Handler http.Handler // nil is http.DefaultServeMux

	// Logger gets one line for each refused request and connection, and the
	// panics. nil is slog.Default().
	Logger *slog.Logger

	// ReadHeaderTimeout bounds the time from the connection's beginning to the
	// end of the request's variables; default 10 s.
	ReadHeaderTimeout time.Duration
	// ReadTimeout is how long the front server may send nothing in the middle of
	// a request body that is being read; default 60 s. A handler that waits for a
	// client of its own choice sets another one with http.ResponseController.
	ReadTimeout time.Duration
	// WriteTimeout is how long the front server may take nothing of a response that
	// is being written, or a quarter longer in a long write; default 60 s. It does
	// not limit how long a response, or a write of which something gets through, may
	// take in all.
	WriteTimeout time.Duration

	MaxParamBytes int   // size of one request's variables; default 1 MiB
	MaxParams     int   // their number; default 4096
	MaxBodyBytes  int64 // longest body that a handler can read; default: no limit
	// MaxConns bounds the open connections, over all listeners; default 16384.
	// Requests on more are answered with a status of 503.
	MaxConns int

	// BodyMemory and BodyFile bound what is kept of a body that the front server
	// sends before the handler wants it: in memory (default 256 KiB), and in a
	// temporary file after that (default 1 GiB) in BodyDir (default os.TempDir()).
	// A negative one keeps nothing there.
	BodyMemory int
	BodyFile   int64
	BodyDir    string

	// AllowedPeers lists the addresses that may connect; empty is everybody.
	// Whoever connects can claim any client address, so this belongs on each
	// listener that is not a unix socket or on loopback. It does not concern unix
	// sockets: the mode of the file decides. An abstract one (Linux), which has no
	// file, is open to every user of the machine, as loopback is.
	AllowedPeers []netip.Prefix

	// DangerouslyTrustRemoteUser makes REMOTE_USER with a non-empty AUTH_TYPE the
	// request's gangplank.Identity. Set it only behind a front server that fills
	// the two from a login it has checked.
	DangerouslyTrustRemoteUser bool

	// Mount is the path below which the application lives, such as "/wiki", where
	// the front server's variables do not tell; "/" is the root. Empty finds it
	// from SCRIPT_NAME, PATH_INFO and REQUEST_URI.
	Mount string
	// DisableQuirks names repairs of what front servers get wrong that are not to
	// be made; see the list in package adapters.
	DisableQuirks []string

	// BaseContext and ConnContext are those of http.Server.
	BaseContext func(net.Listener) context.Context
	ConnContext func(ctx context.Context, c net.Conn) context.Context

	core serve.Core
}

// Serve serves the connections that l accepts until Shutdown or Close, which
// make it return http.ErrServerClosed, or until l fails for good. Several
// listeners may be served at a time. Serve closes l.
func (s *Server) Serve(l net.Listener) error {
	return protocol.Serve(&s.core, l, s.settings())
}

// Validate reports all that is wrong with the fields, as Serve does before it accepts.
func (s *Server) Validate() error { return protocol.Validate(s.settings()) }

func (s *Server) settings() oneshot.Settings {
	return oneshot.Settings{
		Handler:                    s.Handler,
		Logger:                     s.Logger,
		ReadHeaderTimeout:          s.ReadHeaderTimeout,
		ReadTimeout:                s.ReadTimeout,
		WriteTimeout:               s.WriteTimeout,
		MaxParamBytes:              s.MaxParamBytes,
		MaxParams:                  s.MaxParams,
		MaxConns:                   s.MaxConns,
		Body:                       spool.Limits{Body: s.MaxBodyBytes, Memory: s.BodyMemory, File: s.BodyFile, Dir: s.BodyDir},
		AllowedPeers:               s.AllowedPeers,
		DangerouslyTrustRemoteUser: s.DangerouslyTrustRemoteUser,
		Mount:                      s.Mount,
		DisableQuirks:              s.DisableQuirks,
		BaseContext:                s.BaseContext,
		ConnContext:                s.ConnContext,
	}
}

// Shutdown stops the server without interrupting a request: it closes the
// listeners and waits for the connections, as long as ctx allows. Then it closes
// what is left and returns ctx's error.
func (s *Server) Shutdown(ctx context.Context) error { return s.core.Shutdown(ctx) }

// Close closes all listeners and connections at once.
func (s *Server) Close() error { return s.core.Close() }

// RegisterOnShutdown registers a function for Shutdown to call, as that of
// http.Server does.
func (s *Server) RegisterOnShutdown(f func()) { s.core.RegisterOnShutdown(f) }
