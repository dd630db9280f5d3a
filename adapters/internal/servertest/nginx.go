//go:build linux

package servertest

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// Nginx is nginx with one worker. The zero value serves files from htdocs.
// SIGQUIT stops it when its requests have ended.
type Nginx struct {
	TLS bool // it speaks HTTPS, and no HTTP

	http   strings.Builder // directives of the http block: upstreams, maps
	server strings.Builder // directives of the one server: locations
}

// Start runs it until the test ends.
func (n *Nginx) Start(t testing.TB) *Server {
	t.Helper()
	listen := ""
	if n.TLS {
		listen = " ssl;\n    ssl_certificate @DIR@/cert.pem;\n    ssl_certificate_key @DIR@/key.pem"
	}
	return start(t, plan{
		name:    "nginx",
		program: "/usr/sbin/nginx",
		args:    func(config string) []string { return []string{"-p", "/", "-c", config, "-e", "stderr"} },
		config:  asRoot("user www-data;\n") + fmt.Sprintf(nginxConfig, &n.http, listen, &n.server),
		tls:     n.TLS,
		quit:    syscall.SIGTERM,
		reload:  syscall.SIGHUP,
	})
}

const nginxConfig = `daemon off;
worker_processes 1;
pid @DIR@/pid;
error_log @DIR@/error.log info;
events { worker_connections 4096; }
http {
  access_log off;
  client_max_body_size 0;
  client_body_temp_path @DIR@/body;
  proxy_temp_path @DIR@/proxy;
  fastcgi_temp_path @DIR@/fastcgi;
  scgi_temp_path @DIR@/scgi;
  uwsgi_temp_path @DIR@/uwsgi;
  map $http_upgrade $upgrade { default upgrade; "" ""; }
%s  server {
    listen 127.0.0.1:@PORT@%s;
    root @DIR@/htdocs;
%s  }
}
`

// Location adds a location block as it is, for what no method here does.
func (n *Nginx) Location(mount, directives string) {
	fmt.Fprintf(&n.server, "    location %s {\n%s    }\n", mount, directives)
}

// upstream declares a group that keeps connections to the socket open, and returns its name.
func (n *Nginx) upstream(socket string) string {
	name := fmt.Sprintf("kept%d", strings.Count(n.http.String(), "upstream "))
	fmt.Fprintf(&n.http, "  upstream %s { server unix:%s; keepalive 16; }\n", name, socket)
	return name
}
