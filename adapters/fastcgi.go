package adapters

import "github.com/gangplank-web/gangplank/adapters/fastcgi"

func openFastCGI(s setup) server {
	server := &fastcgi.Server{Handler: s.handler, BaseContext: s.base, AllowedPeers: s.address.Peers}
	s.gateway(gatewayFields{
		&server.ReadHeaderTimeout, &server.ReadTimeout, &server.WriteTimeout, &server.MaxConns, &server.MaxBodyBytes,
		&server.BodyMemory, &server.BodyFile, &server.BodyDir,
		&server.Mount, &server.DisableQuirks, &server.DangerouslyTrustRemoteUser,
	})
	s.params(&server.MaxParamBytes, &server.MaxParams)
	s.options.Duration("idle-timeout", &server.IdleTimeout)
	s.options.Count("max-requests-per-conn", &server.MaxRequestsPerConn)
	return server
}
