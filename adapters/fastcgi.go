package adapters

import "github.com/gangplank-web/gangplank/adapters/fastcgi"

func openFastCGI(s setup) server {
	server := &fastcgi.Server{Handler: s.handler, BaseContext: s.base, AllowedPeers: s.address.Peers}
	o := s.options
	o.Duration("read-header-timeout", &server.ReadHeaderTimeout)
	o.Duration("read-timeout", &server.ReadTimeout)
	o.Duration("write-timeout", &server.WriteTimeout)
	o.Duration("idle-timeout", &server.IdleTimeout)
	o.Count("max-param-bytes", &server.MaxParamBytes)
	o.Count("max-params", &server.MaxParams)
	o.Size("max-body", &server.MaxBodyBytes)
	o.Count("max-conns", &server.MaxConns)
	o.Count("max-requests-per-conn", &server.MaxRequestsPerConn)
	server.Mount = s.mount()
	server.DisableQuirks = s.disableQuirks()
	server.DangerouslyTrustRemoteUser = o.Switch("dangerously-trust-remote-user")
	return server
}
