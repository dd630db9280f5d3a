package ajp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// settings are a Server's fields with the defaults filled in: what all
// connections share, and only read.
type settings struct {
	serve.Service
	secret   string
	lighttpd bool

	packetSize        int
	maxConns, perConn int
	body              spool.Limits
	stall             time.Duration

	request gateway.Options
}

// Validate reports all that is wrong with the fields, as Serve does before it
// accepts. Whether there must be a Secret depends on the listener.
func (s *Server) Validate() error {
	_, err := s.settings()
	return err
}

func (s *Server) settings() (*settings, error) {
	set := &settings{
		Service: serve.NewService("ajp", s.Handler, s.Logger,
			serve.NewTimeouts(s.ReadHeaderTimeout, s.ReadTimeout, s.WriteTimeout, s.IdleTimeout)),
		secret:     s.Secret,
		lighttpd:   s.Lighttpd,
		packetSize: s.PacketSize,
		maxConns:   serve.Default(s.MaxConns, 16384),
		perConn:    serve.Limit(s.MaxRequestsPerConn, 0),
		body: spool.Limits{
			Body:   max(s.MaxBodyBytes, 0),
			Memory: s.BodyMemory,
			File:   s.BodyFile,
			Dir:    s.BodyDir,
		},
		stall: s.stall,
	}
	if set.packetSize == 0 {
		set.packetSize = minPacket
	}
	if set.stall == 0 {
		set.stall = stallTime
	}
	var optionsErr, sizeErr error
	set.request, optionsErr = gateway.NewOptions("AJP/1.3", s.Mount, s.DisableQuirks, s.DangerouslyTrustRemoteUser)
	set.request.ChunkedToEOF = true
	if set.packetSize < minPacket || set.packetSize > maxPacket {
		sizeErr = fmt.Errorf("PacketSize: %d is not between %d and %d", set.packetSize, minPacket, maxPacket)
	}
	return set, serve.Faults(set.Name, optionsErr, sizeErr, serve.CheckPeers(s.AllowedPeers), serve.CheckBodyDir(s.BodyDir))
}

// Sizes that follow from that of a packet.
func (set *settings) maxContent() int { return set.packetSize - headerLen }
func (set *settings) maxChunk() int   { return set.packetSize - chunkOverhead }

// maxAsk is the most that is asked for of a body at a time. lighttpd sends as
// many packets for it as it takes, all others one.
func (set *settings) maxAsk() int64 {
	if set.lighttpd {
		return 0xffff
	}
	return int64(set.packetSize - headerLen - innerLength)
}

// ErrNoSecret is returned by Serve for a listener that would need one.
var ErrNoSecret = errors.New("ajp: no Secret: whoever connects could claim to be anybody (CVE-2020-1938); " +
	"set one, or listen on a socket file")

// checkSecret refuses to listen without a secret where strangers may connect. An
// abstract unix socket is no file: every user may connect to it, as on loopback.
func (s *Server) checkSecret(addr net.Addr) error {
	unix := addr.Network() == "unix"
	if s.Secret != "" || unix && !isAbstract(addr.String()) {
		return nil
	}
	ap, err := netip.ParseAddrPort(addr.String())
	if s.DangerouslyServeWithoutSecret && (unix || err == nil && ap.Addr().Unmap().IsLoopback()) {
		return nil
	}
	return ErrNoSecret
}

// isAbstract reports whether a unix socket has no file: unix(7). Package net
// writes the NUL before such a name as "@".
func isAbstract(name string) bool { return name == "" || name[0] == '@' || name[0] == 0 }
