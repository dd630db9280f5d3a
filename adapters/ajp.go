package adapters

import (
	"net"
	"net/netip"
	"strings"

	"github.com/gangplank-web/gangplank/adapters/ajp"
)

func openAJP(s setup) server {
	server := &ajp.Server{Handler: s.handler, BaseContext: s.base, AllowedPeers: s.address.Peers}
	s.gateway(gatewayFields{
		&server.ReadHeaderTimeout, &server.ReadTimeout, &server.WriteTimeout, &server.MaxConns, &server.MaxBodyBytes,
		&server.Mount, &server.DisableQuirks, &server.DangerouslyTrustRemoteUser,
	})
	o := s.options
	o.Duration("idle-timeout", &server.IdleTimeout)
	o.Count("max-requests-per-conn", &server.MaxRequestsPerConn)
	o.Count("packet-size", &server.PacketSize)
	o.Fail((&ajp.Server{PacketSize: server.PacketSize}).Validate())
	server.Lighttpd = o.Switch("lighttpd")
	server.Secret = o.Secret()
	server.DangerouslyServeWithoutSecret = o.Switch("dangerously-serve-without-secret")
	if strings.HasPrefix(s.address.Network, "tcp") && server.Secret == "" && !(server.DangerouslyServeWithoutSecret && isLoopback(s.address.Target)) {
		o.Fail(ajp.ErrNoSecret) // other listeners are asked when they are bound
	}
	return server
}

func isLoopback(hostport string) bool {
	host, _, _ := net.SplitHostPort(hostport)
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
