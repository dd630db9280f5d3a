package adapters

import (
	"crypto/tls"
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
	server.CertFile, _ = s.options.Text("cert")
	server.KeyFile, _ = s.options.Text("key")
	if server.CertFile == "" || server.KeyFile == "" {
		s.options.Fail(errors.New("https needs cert=<file> and key=<file>"))
		return server
	}
	_, err := tls.LoadX509KeyPair(server.CertFile, server.KeyFile)
	s.options.Fail(err)
	return server
}

func (s setup) httpd() *httpd.Server {
	server := &httpd.Server{Handler: s.handler, BaseContext: s.base}
	o := s.options
	o.Duration("read-header-timeout", &server.ReadHeaderTimeout)
	o.Duration("read-timeout", &server.ReadTimeout)
	o.Duration("write-timeout", &server.WriteTimeout)
	o.Duration("idle-timeout", &server.IdleTimeout)
	o.Count("max-header-bytes", &server.MaxHeaderBytes)
	o.Size("max-body", &server.MaxBodyBytes)
	o.Count("max-conns", &server.MaxConns)
	server.Mount = s.mount()
	return server
}
