package fastcgi

import (
	"strconv"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// settings are a Server's fields with the defaults filled in: what all
// connections share, and only read.
type settings struct {
	serve.Service

	paramBytes, params int
	maxConns           int
	perConn            int
	body               spool.Limits
	stall              time.Duration

	request    gateway.Options
	authorizer gateway.Options // the same, for requests that have no body
}

// Validate reports all that is wrong with the fields, as Serve does before it accepts.
func (s *Server) Validate() error {
	_, err := s.settings()
	return err
}

func (s *Server) settings() (*settings, error) {
	set := &settings{
		Service: serve.NewService("fastcgi", s.Handler, s.Logger,
			serve.NewTimeouts(s.ReadHeaderTimeout, s.ReadTimeout, s.WriteTimeout, s.IdleTimeout)),
		paramBytes: serve.Limit(s.MaxParamBytes, 1<<20),
		params:     serve.Limit(s.MaxParams, 4096),
		maxConns:   serve.Default(s.MaxConns, 16384),
		perConn:    serve.Limit(s.MaxRequestsPerConn, 0),
		body: spool.Limits{
			Body:   s.MaxBodyBytes,
			Memory: s.BodyMemory,
			File:   s.BodyFile,
			Dir:    s.BodyDir,
		},
	}
	if set.stall = s.stall; set.stall == 0 {
		set.stall = stallTime
	}
	set.Gap = headerLen
	return set, serve.Faults(set.Name, set.gateway(s), serve.CheckPeers(s.AllowedPeers), serve.CheckBodyDir(s.BodyDir))
}

func (set *settings) gateway(s *Server) (err error) {
	set.request, err = gateway.NewOptions("FastCGI/1.0", s.Mount, s.DisableQuirks, s.DangerouslyTrustRemoteUser)
	set.request.BodyToEOF = true
	set.authorizer = set.request
	set.authorizer.NoBody = true
	return err
}

// value answers GET_VALUES. FCGI_MAX_REQS is the number of requests at a time,
// which is that of connections, since none is shared.
func (set *settings) value(name string) (string, bool) {
	switch name {
	case "FCGI_MPXS_CONNS":
		return "0", true
	case "FCGI_MAX_CONNS", "FCGI_MAX_REQS":
		if set.maxConns > 0 {
			return strconv.Itoa(set.maxConns), true
		}
	}
	return "", false
}
