//go:build linux

package servertest

import "fmt"

// ProxyFCGI proxies what is below mount to a socket, with one connection per
// request. The backend type GENERIC keeps PHP-FPM's conventions out.
func (a *Apache) ProxyFCGI(mount, socket string) {
	a.proxy(mount, "fcgi", socket, "", "ProxyFCGIBackendType GENERIC")
}

// ProxyFCGIKept keeps the connections and passes each record on at once.
func (a *Apache) ProxyFCGIKept(mount, socket string) {
	a.proxy(mount, "fcgi", socket, "enablereuse=on flushpackets=on", "ProxyFCGIBackendType GENERIC")
}

// ProxySCGI proxies what is below mount to a socket that speaks SCGI.
func (a *Apache) ProxySCGI(mount, socket string) { a.proxy(mount, "scgi", socket, "", "") }

// ProxyUwsgi proxies what is below mount to a socket that speaks uwsgi.
func (a *Apache) ProxyUwsgi(mount, socket string) { a.proxy(mount, "uwsgi", socket, "", "") }

// HTTP proxies what is below mount to a socket that speaks HTTP, the path as it
// came in.
func (a *Apache) HTTP(mount, socket string) {
	a.proxy(mount, "http", socket, "flushpackets=on upgrade=websocket nocanon", "ProxyPreserveHost On")
}

// proxy proxies mount to the same path of the backend. The host's name is the
// key of mod_proxy's pool of connections: each mount has a pool of its own.
func (a *Apache) proxy(mount, scheme, socket, options, directive string) {
	name := fmt.Sprintf("backend%d", len(a.proxied))
	a.proxied = append(a.proxied, mount)
	a.use(fmt.Sprintf(`<Location %s>
  %s
  ProxyPass "unix:%s|%s://%s%s" %s
</Location>
`, mount, directive, socket, scheme, name, mount, options), "proxy", "proxy_"+scheme)
}
