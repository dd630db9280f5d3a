package adapters

import (
	"errors"

	"github.com/gangplank-web/gangplank/adapters/httpd"
)

func openHTTP(s setup) server {
	server := s.httpd()
	server.H2C = s.options.Switch("h2c")
	return server
}

func openHTTPS(s setup) server {
	server := s.httpd()
	cert, _ := s.options.Text("cert")
	key, _ := s.options.Text("key")
	if cert == "" || key == "" { // with neither it would be HTTP
		s.options.Fail(errors.New("https needs cert=<file> and key=<file>"))
		return server
	}
	server.CertFile, server.KeyFile = cert, key
	return server
}

func (s setup) httpd() *httpd.Server {
	server := &httpd.Server{Handler: s.handler, BaseContext: s.base}
	o := s.options
	o.Duration("read-header-timeout", &server.ReadHeaderTimeout)
	o.Duration("read-timeout", &server.ReadTimeout)
	o.Duration("write-timeout", &server.WriteTimeout)
	o.Duration("idle-timeout", &server.IdleTimeout)
	o.Duration("idle-grace", &server.IdleGrace)
	o.Memory("max-header-bytes", &server.MaxHeaderBytes)
	o.Size("max-body", &server.MaxBodyBytes)
	o.Count("max-conns", &server.MaxConns)
	server.Mount, _ = o.Text("mount")
	return server
}
