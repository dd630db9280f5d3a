package ajp

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// Server serves AJP to the front servers that connect to it. The zero value of
// every field but Secret is a safe default; a negative limit or timeout switches
// it off. The fields must not be changed once Serve has been called.
type Server struct {
	Handler http.Handler // nil is http.DefaultServeMux

	// Secret is what the front server has to send with each request (secret= of
	// Apache's ProxyPass, worker.NAME.secret of mod_jk). Serve refuses a listener
	// without one unless that is a unix socket with a file, whose mode decides who
	// may connect.
	Secret string
	// DangerouslyServeWithoutSecret lets Serve do without a Secret on a loopback
	// address, or an abstract unix socket. Every user of the machine can then claim to be anybody, from
	// anywhere, over TLS. On any other address there must be a Secret.
	DangerouslyServeWithoutSecret bool

	// Logger gets one line for each refused request and connection, and the
	// panics. nil is slog.Default().
	Logger *slog.Logger

	// ReadHeaderTimeout bounds the time from a request's first byte to the end of
	// its packet; that of the first request begins with the connection. Default
	// 10 s.
	ReadHeaderTimeout time.Duration
	// ReadTimeout is how long the front server may keep a handler waiting for the
	// next part of a request body; default 60 s. A handler that waits for a client
	// of its own choice sets another one with http.ResponseController.
	ReadTimeout time.Duration
	// WriteTimeout is how long the front server may take nothing of a response that
	// is being written, or a quarter longer in a long write; default 60 s. It does
	// not limit how long a response, or a write of which something gets through, may
	// take in all.
	WriteTimeout time.Duration
	// IdleTimeout is how long a kept connection may wait for its next request;
	// default: no limit, since a front server takes its own idle connections for
	// usable, and a request that crosses our close would fail.
	IdleTimeout time.Duration

	// PacketSize is the most that a packet may have, in both directions; default
	// 8192, at most 65536. A request without its body and the head of a response
	// are one packet each. It must be what the front server says: ProxyIOBufferSize
	// of Apache, max_packet_size of mod_jk. lighttpd has 8192.
	PacketSize   int
	MaxBodyBytes int64 // longest body that a handler can read; default: no limit
	// MaxConns bounds the open connections, over all listeners, idle ones
	// included; default 16384. Requests on more are answered with 503.
	MaxConns int
	// MaxRequestsPerConn is after how many requests a kept connection is closed;
	// default: no limit.
	MaxRequestsPerConn int

	// BodyMemory and BodyFile bound what is kept of a body that is read before the
	// handler wants it: in memory (default 256 KiB), and in a temporary file after
	// that (default 1 GiB) in BodyDir (default os.TempDir()). It is little: a front
	// server sends a packet for each that it is asked for. A negative one keeps
	// nothing there.
	BodyMemory int
	BodyFile   int64
	BodyDir    string

	// AllowedPeers lists the addresses that may connect; empty is everybody who
	// has the Secret.
	AllowedPeers []netip.Prefix

	// DangerouslyTrustRemoteUser makes the front server's remote_user, with a
	// non-empty auth_type, the request's gangplank.Identity. Set it only behind a
	// front server that fills the two from a login it has checked.
	DangerouslyTrustRemoteUser bool

	// Lighttpd says that the front server is lighttpd, whose mod_ajp13 differs
	// from all others in ways that the protocol does not show: it sends the path
	// decoded, and the parts of a body without the length before them. The path is
	// then encoded again, as url.URL.EscapedPath does it.
	Lighttpd bool

	// Mount is the path below which the application lives, such as "/wiki". The
	// protocol does not tell it; empty is the root.
	Mount string
	// DisableQuirks names repairs of what front servers get wrong that are not to
	// be made; see the list in package adapters.
	DisableQuirks []string

	// BaseContext and ConnContext are those of http.Server.
	BaseContext func(net.Listener) context.Context
	ConnContext func(ctx context.Context, c net.Conn) context.Context

	core  serve.Core
	stall time.Duration // tests: what stallTime is to be
}

// Serve serves the connections that l accepts until Shutdown or Close, which
// make it return http.ErrServerClosed, or until l fails for good. Several
// listeners may be served at a time. Serve closes l.
func (s *Server) Serve(l net.Listener) error {
	set, err := s.settings()
	if err == nil {
		err = s.checkSecret(l.Addr())
	}
	if err != nil {
		l.Close()
		return err
	}
	return s.core.Serve(l, serve.Options{
		Name:        set.Name,
		Conn:        set.serveConn,
		Refuse:      set.refuseConn,
		MaxConns:    set.maxConns,
		Allow:       s.AllowedPeers,
		Logger:      s.Logger,
		BaseContext: s.BaseContext,
		ConnContext: s.ConnContext,
	})
}

// Shutdown stops the server without interrupting a request: it closes the
// listeners and the idle connections and waits for the others, as long as ctx
// allows. Then it closes what is left and returns ctx's error.
func (s *Server) Shutdown(ctx context.Context) error { return s.core.Shutdown(ctx) }

// Close closes all listeners and connections at once.
func (s *Server) Close() error { return s.core.Close() }

// RegisterOnShutdown registers a function for Shutdown to call, as that of
// http.Server does.
func (s *Server) RegisterOnShutdown(f func()) { s.core.RegisterOnShutdown(f) }
