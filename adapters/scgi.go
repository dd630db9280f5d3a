package adapters

import "github.com/gangplank-web/gangplank/adapters/scgi"

func openSCGI(s setup) server {
	server := &scgi.Server{Handler: s.handler, BaseContext: s.base, AllowedPeers: s.address.Peers}
	s.gateway(gatewayFields{
		&server.ReadHeaderTimeout, &server.ReadTimeout, &server.WriteTimeout, &server.MaxConns, &server.MaxBodyBytes,
		&server.BodyMemory, &server.BodyFile, &server.BodyDir,
		&server.Mount, &server.DisableQuirks, &server.DangerouslyTrustRemoteUser,
	})
	s.params(&server.MaxParamBytes, &server.MaxParams)
	return server
}
