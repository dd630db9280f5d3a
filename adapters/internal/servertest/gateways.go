//go:build linux

package servertest

import "testing"

// Backend is what a gateway hands requests to.
type Backend int

const (
	Program           Backend = iota // an executable, started for each request: CGI
	FastCGIProgram                   // an executable that is started with a listening socket as file descriptor 0
	FastCGISocket                    // a unix socket that speaks FastCGI
	HTTPSocket                       // a unix socket that speaks HTTP
	SCGISocket                       // a unix socket that speaks SCGI
	UwsgiSocket                      // a unix socket that speaks the uwsgi protocol
	AJPSocket                        // a unix socket that speaks AJP and wants AJPSecret
	LighttpdAJPSocket                // a unix socket that speaks AJP as lighttpd does, and wants no secret
)

// Gateway is one way in which one server reaches a backend.
type Gateway struct {
	Name    string
	Backend Backend
	Root    bool // it can be mounted at "/" only
	Kept    bool // it keeps connections to the socket open
	Whole   bool // its variables do not divide the path: the program must be told where it is mounted

	// Start starts the server with this gateway alone: at mount, to the
	// program or socket at target.
	Start func(t testing.TB, mount, target string) *Server
	// StartTLS is Start for a server that speaks HTTPS.
	StartTLS func(t testing.TB, mount, target string) *Server

	start starter
}

// starter starts a server with one gateway, with TLS or without.
type starter func(t testing.TB, mount, target string, tls bool) *Server

// Gateways returns all that the servers can speak today, for tables of tests.
func Gateways() []Gateway {
	list := []Gateway{
		{Name: "apache-cgid", Backend: Program, start: apache(false, (*Apache).CGI)},
		{Name: "apache-cgi", Backend: Program, start: apache(true, (*Apache).CGI)},
		{Name: "apache-htaccess", Backend: Program, Root: true, start: apache(false, func(a *Apache, _, program string) { a.FrontController(program) })},
		{Name: "apache-fcgid", Backend: FastCGIProgram, start: apache(false, (*Apache).FCGID)},
		{Name: "apache-proxy-fcgi", Backend: FastCGISocket, Whole: true, start: apache(false, (*Apache).ProxyFCGI)},
		{Name: "apache-proxy-fcgi-kept", Backend: FastCGISocket, Kept: true, Whole: true, start: apache(false, (*Apache).ProxyFCGIKept)},
		{Name: "apache-proxy-scgi", Backend: SCGISocket, Whole: true, start: apache(false, (*Apache).ProxySCGI)},
		{Name: "apache-proxy-uwsgi", Backend: UwsgiSocket, Whole: true, start: apache(false, (*Apache).ProxyUwsgi)},
		{Name: "apache-proxy-ajp", Backend: AJPSocket, Kept: true, Whole: true, start: apache(false, (*Apache).ProxyAJP)},
		{Name: "apache-http", Backend: HTTPSocket, Kept: true, start: apache(false, (*Apache).HTTP)},
		{Name: "lighttpd-cgi", Backend: Program, start: lighttpd((*Lighttpd).CGI)},
		{Name: "lighttpd-fastcgi", Backend: FastCGISocket, start: lighttpd((*Lighttpd).FastCGI)},
		{Name: "lighttpd-fastcgi-spawn", Backend: FastCGIProgram, start: lighttpd((*Lighttpd).FastCGISpawn)},
		{Name: "lighttpd-scgi", Backend: SCGISocket, start: lighttpd((*Lighttpd).SCGI)},
		{Name: "lighttpd-uwsgi", Backend: UwsgiSocket, start: lighttpd((*Lighttpd).Uwsgi)},
		{Name: "lighttpd-ajp", Backend: LighttpdAJPSocket, Whole: true, start: lighttpd((*Lighttpd).AJP)},
		{Name: "nginx-fastcgi", Backend: FastCGISocket, start: nginx((*Nginx).FastCGI)},
		{Name: "nginx-fastcgi-live", Backend: FastCGISocket, Kept: true, start: nginx((*Nginx).FastCGILive)},
		{Name: "nginx-fastcgi-stock", Backend: FastCGISocket, Whole: true, start: nginx((*Nginx).FastCGIStock)},
		{Name: "nginx-scgi", Backend: SCGISocket, start: nginx((*Nginx).SCGI)},
		{Name: "nginx-scgi-live", Backend: SCGISocket, start: nginx((*Nginx).SCGILive)},
		{Name: "nginx-uwsgi", Backend: UwsgiSocket, Whole: true, start: nginx((*Nginx).Uwsgi)},
		{Name: "nginx-uwsgi-live", Backend: UwsgiSocket, start: nginx((*Nginx).UwsgiLive)},
		{Name: "nginx-http", Backend: HTTPSocket, Kept: true, start: nginx((*Nginx).HTTP)},
	}
	for i := range list {
		g := &list[i]
		g.Start = func(t testing.TB, mount, target string) *Server { return g.start(t, mount, target, false) }
		g.StartTLS = func(t testing.TB, mount, target string) *Server { return g.start(t, mount, target, true) }
	}
	return list
}

func apache(prefork bool, add func(a *Apache, mount, target string)) starter {
	return func(t testing.TB, mount, target string, tls bool) *Server {
		t.Helper()
		a := Apache{Prefork: prefork, TLS: tls}
		add(&a, mount, target)
		return a.Start(t)
	}
}

func lighttpd(add func(l *Lighttpd, mount, target string)) starter {
	return func(t testing.TB, mount, target string, tls bool) *Server {
		t.Helper()
		l := Lighttpd{TLS: tls}
		add(&l, mount, target)
		return l.Start(t)
	}
}

func nginx(add func(n *Nginx, mount, target string)) starter {
	return func(t testing.TB, mount, target string, tls bool) *Server {
		t.Helper()
		n := Nginx{TLS: tls}
		add(&n, mount, target)
		return n.Start(t)
	}
}
