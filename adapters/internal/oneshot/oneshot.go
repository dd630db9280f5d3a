// Package oneshot is what SCGI and uwsgi share: a connection carries one request,
// whose head is a length and a block of that many bytes, which are names and
// values; the body follows as it is, and the answer, in the form of CGI's or with
// a status line, ends with the connection.
//
// A protocol's package describes itself by a [Protocol], which holds all that is
// its own, and hands its users' settings over with each listener:
//
//	func (s *Server) Serve(l net.Listener) error { return protocol.Serve(&s.core, l, s.settings()) }
package oneshot

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// Protocol is what the protocols do not share.
type Protocol struct {
	Name      string // begins every error and line of the log
	Interface string // what gangplank.Gateway names it

	// Prefix looks at the first bytes of a connection: the block of variables
	// begins at start and is length bytes long. A start of 0 asks for more bytes,
	// which must not go beyond a dozen. The error may be a [Reply]; one that has an
	// HTTPStatus is answered with it; any other ends the connection.
	Prefix func(b []byte) (start, length int, err error)
	// Block takes off what does not belong to the pairs; nil is nothing.
	Block func(block string) (pairs string, err error)
	// Cut takes the first pair off the others.
	Cut func(pairs string) (name, value, rest string, err error)

	// Open checks a request and gives the source of its body. rest is what follows
	// on the connection, and sized as much of it as was declared: nil is no body.
	Open func(r *http.Request, facts *gateway.Request, rest, sized spool.Source) (spool.Source, error)
	// ChunkedBody says that Open knows the body of a request that still has a
	// Transfer-Encoding.
	ChunkedBody bool

	// AppendHead appends the head of an answer.
	AppendHead func(dst []byte, status int, h http.Header) []byte
}

// Reply is an error of Prefix that is none: it is all of the answer.
type Reply []byte

func (r Reply) Error() string { return fmt.Sprintf("answered with % x", []byte(r)) }

// Settings are the fields of the protocols' Servers.
type Settings struct {
	Handler http.Handler
	Logger  *slog.Logger

	ReadHeaderTimeout, ReadTimeout, WriteTimeout time.Duration

	MaxParamBytes, MaxParams, MaxConns int

	Body spool.Limits

	AllowedPeers               []netip.Prefix
	DangerouslyTrustRemoteUser bool
	Mount                      string
	DisableQuirks              []string

	BaseContext func(net.Listener) context.Context
	ConnContext func(ctx context.Context, c net.Conn) context.Context
}

// server is the settings of one Serve with the defaults filled in: what all its
// connections share, and only read.
type server struct {
	*Protocol
	service serve.Service

	paramBytes, params, maxConns int

	body    spool.Limits
	request gateway.Options
}

// Serve serves the connections that l accepts. It closes l.
func (p *Protocol) Serve(core *serve.Core, l net.Listener, s Settings) error {
	srv, err := p.newServer(&s)
	if err != nil {
		l.Close()
		return err
	}
	return core.Serve(l, serve.Options{
		Name:        p.Name,
		Conn:        srv.serveConn,
		Refuse:      srv.refuseConn,
		MaxConns:    srv.maxConns,
		Allow:       s.AllowedPeers,
		Logger:      s.Logger,
		BaseContext: s.BaseContext,
		ConnContext: s.ConnContext,
	})
}

// Validate reports all that is wrong with the settings, as Serve does before it
// accepts.
func (p *Protocol) Validate(s Settings) error {
	_, err := p.newServer(&s)
	return err
}

func (p *Protocol) newServer(s *Settings) (*server, error) {
	request, err := gateway.NewOptions(p.Interface, s.Mount, s.DisableQuirks, s.DangerouslyTrustRemoteUser)
	if err := serve.Faults(p.Name, err, serve.CheckPeers(s.AllowedPeers), serve.CheckBodyDir(s.Body.Dir)); err != nil {
		return nil, err
	}
	request.ChunkedToEOF = p.ChunkedBody
	return &server{
		Protocol: p,
		service: serve.NewService(p.Name, s.Handler, s.Logger,
			serve.NewTimeouts(s.ReadHeaderTimeout, s.ReadTimeout, s.WriteTimeout, 0)),
		paramBytes: serve.Limit(s.MaxParamBytes, 1<<20),
		params:     serve.Limit(s.MaxParams, 4096),
		maxConns:   serve.Default(s.MaxConns, 16384),
		body:       s.Body,
		request:    request,
	}, nil
}
