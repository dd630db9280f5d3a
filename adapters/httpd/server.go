package httpd

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// Server serves HTTP. Its fields must not be changed after the first Serve. A
// negative limit or timeout is none.
type Server struct {
	Handler http.Handler // nil is http.DefaultServeMux

	// Logger gets the panics and what net/http has to say about connections.
	// nil is slog.Default().
	Logger *slog.Logger

	// ReadHeaderTimeout bounds the time for a request's head, and for the TLS
	// handshake; default 10 s. It is what a slowloris attack runs into.
	ReadHeaderTimeout time.Duration
	// ReadTimeout bounds the time for a whole request, body included; default: no
	// limit.
	ReadTimeout time.Duration
	// WriteTimeout bounds the time from the end of the head to the end of the
	// response; default: no limit.
	WriteTimeout time.Duration
	// IdleTimeout is how long a kept connection may wait for its next request;
	// default 2 minutes. It should be longer than a proxy in front keeps its
	// connections (nginx: 60 s), or a request may cross our close.
	IdleTimeout time.Duration
	// IdleGrace is how long Shutdown leaves a kept connection open for one more
	// request, whose answer says that it is the last; default: not at all. Some
	// proxies need it, say a second, for a restart that costs no request: when one
	// crosses our close, nginx sends it again unless it is a POST, LOCK or PATCH, but
	// mod_proxy_http always answers with 502.
	IdleGrace time.Duration

	// MaxHeaderBytes bounds a request's head; default 128 KiB, which is more than
	// any browser or proxy sends. There is always a bound: a negative value is
	// net/http's own, 1 MiB.
	MaxHeaderBytes int
	// MaxBodyBytes is the longest body that a handler can read, as with
	// http.MaxBytesReader; default: no limit.
	MaxBodyBytes int64
	// MaxConns bounds the open connections over all listeners, but for hijacked
	// ones; more wait in the kernel until one is closed. Over HTTP/2 each has up to
	// 250 requests at a time. Default: no limit.
	MaxConns int

	// CertFile and KeyFile make the server speak TLS. They are read again when
	// they change, so that renewing a certificate needs neither a restart nor a
	// signal.
	CertFile, KeyFile string
	// TLSConfig makes the server speak TLS, too; with CertFile it gives the
	// other settings. It is not modified.
	TLSConfig *tls.Config
	// H2C also speaks HTTP/2 without TLS, to clients that begin with it at once
	// ("prior knowledge"). It is for proxies on the same host or network.
	H2C bool

	// Mount is the path below which the application lives, such as "/wiki";
	// empty or "/" is the root. What is outside of it is answered with 404.
	Mount string

	// BaseContext and ConnContext are those of http.Server.
	BaseContext func(net.Listener) context.Context
	ConnContext func(ctx context.Context, c net.Conn) context.Context

	once sync.Once
	http http.Server
	tls  bool
	err  error // of the settings

	slots     slots
	conns     conns
	accepting accepting
}

// init fills in the http.Server, whose hooks for Shutdown may be there already.
// Several listeners may be served at once, hence the Once.
func (s *Server) init() {
	s.once.Do(func() {
		s.slots = newSlots(s.MaxConns)
		h := &s.http
		h.ReadHeaderTimeout = serve.Default(s.ReadHeaderTimeout, 10*time.Second)
		h.ReadTimeout = s.ReadTimeout
		h.WriteTimeout = s.WriteTimeout
		h.IdleTimeout = s.idleTimeout()
		h.MaxHeaderBytes = serve.Default(s.MaxHeaderBytes, 128<<10)
		h.BaseContext = s.baseContext
		h.ConnContext = s.connContext
		h.ConnState = s.connState
		h.Protocols = s.protocols()
		// What net/http logs here is nearly always a client's fault.
		h.ErrorLog = slog.NewLogLogger(serve.Logger(s.Logger).Handler(), slog.LevelWarn)
		h.Handler, h.TLSConfig, s.err = s.settings()
		s.tls = h.TLSConfig != nil // later it says nothing: net/http sets it for HTTP/2
	})
}

// settings makes of the fields what may be wrong with them.
func (s *Server) settings() (http.Handler, *tls.Config, error) {
	h, mountErr := s.handler()
	config, tlsErr := s.tlsConfig()
	return h, config, serve.Faults("httpd", mountErr, tlsErr)
}

// Validate reports all that is wrong with the fields, as Serve does before it
// accepts. It reads the certificate, if there is to be one.
func (s *Server) Validate() error {
	_, _, err := s.settings()
	return err
}

// idleTimeout spells "none" as net/http wants it: there, 0 means ReadTimeout.
func (s *Server) idleTimeout() time.Duration {
	if s.IdleTimeout < 0 {
		return -1
	}
	return serve.Default(s.IdleTimeout, 2*time.Minute)
}

func (s *Server) protocols() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetHTTP2(true)
	p.SetUnencryptedHTTP2(s.H2C)
	return p
}
