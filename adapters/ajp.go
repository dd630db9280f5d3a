package adapters

import (
	"github.com/gangplank-web/gangplank/adapters/ajp"
	"github.com/gangplank-web/gangplank/adapters/internal/listen"
)

func openAJP(s setup) server {
	server := &ajp.Server{Handler: s.handler, BaseContext: s.base, AllowedPeers: s.address.Peers}
	s.gateway(gatewayFields{
		&server.ReadHeaderTimeout, &server.ReadTimeout, &server.WriteTimeout, &server.MaxConns, &server.MaxBodyBytes,
		&server.BodyMemory, &server.BodyFile, &server.BodyDir,
		&server.Mount, &server.DisableQuirks, &server.DangerouslyTrustRemoteUser,
	})
	o := s.options
	o.Duration("idle-timeout", &server.IdleTimeout)
	o.Count("max-requests-per-conn", &server.MaxRequestsPerConn)
	o.Memory("packet-size", &server.PacketSize)
	server.Lighttpd = o.Switch("lighttpd")
	server.Secret = o.Secret()
	server.DangerouslyServeWithoutSecret = o.Switch("dangerously-serve-without-secret")
	if server.Secret == "" && wantsSecret(s.address.Reach(), server.DangerouslyServeWithoutSecret) {
		o.Fail(ajp.ErrNoSecret)
	}
	return server
}

// wantsSecret tells what Serve will find when the listener is bound. One that is inherited only Serve can judge.
func wantsSecret(reach listen.Reach, dangerously bool) bool {
	return reach == listen.Network || reach == listen.Machine && !dangerously
}
