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
}

// Gateways returns all that the servers can speak today, for tables of tests.
func Gateways() []Gateway {
	return []Gateway{
		{Name: "apache-cgid", Backend: Program, Start: apache(false, (*Apache).CGI)},
		{Name: "apache-cgi", Backend: Program, Start: apache(true, (*Apache).CGI)},
		{Name: "apache-htaccess", Backend: Program, Root: true, Start: apache(false, func(a *Apache, _, program string) { a.FrontController(program) })},
		{Name: "apache-fcgid", Backend: FastCGIProgram, Start: apache(false, (*Apache).FCGID)},
		{Name: "apache-proxy-fcgi", Backend: FastCGISocket, Whole: true, Start: apache(false, (*Apache).ProxyFCGI)},
		{Name: "apache-proxy-fcgi-kept", Backend: FastCGISocket, Kept: true, Whole: true, Start: apache(false, (*Apache).ProxyFCGIKept)},
		{Name: "apache-proxy-scgi", Backend: SCGISocket, Whole: true, Start: apache(false, (*Apache).ProxySCGI)},
		{Name: "apache-proxy-uwsgi", Backend: UwsgiSocket, Whole: true, Start: apache(false, (*Apache).ProxyUwsgi)},
		{Name: "apache-proxy-ajp", Backend: AJPSocket, Kept: true, Whole: true, Start: apache(false, (*Apache).ProxyAJP)},
		{Name: "apache-http", Backend: HTTPSocket, Kept: true, Start: apache(false, (*Apache).HTTP)},
		{Name: "lighttpd-cgi", Backend: Program, Start: lighttpd((*Lighttpd).CGI)},
		{Name: "lighttpd-fastcgi", Backend: FastCGISocket, Start: lighttpd((*Lighttpd).FastCGI)},
		{Name: "lighttpd-fastcgi-spawn", Backend: FastCGIProgram, Start: lighttpd((*Lighttpd).FastCGISpawn)},
		{Name: "lighttpd-scgi", Backend: SCGISocket, Start: lighttpd((*Lighttpd).SCGI)},
		{Name: "lighttpd-uwsgi", Backend: UwsgiSocket, Start: lighttpd((*Lighttpd).Uwsgi)},
		{Name: "lighttpd-ajp", Backend: LighttpdAJPSocket, Whole: true, Start: lighttpd((*Lighttpd).AJP)},
		{Name: "nginx-fastcgi", Backend: FastCGISocket, Start: nginx((*Nginx).FastCGI)},
		{Name: "nginx-fastcgi-live", Backend: FastCGISocket, Kept: true, Start: nginx((*Nginx).FastCGILive)},
		{Name: "nginx-fastcgi-stock", Backend: FastCGISocket, Whole: true, Start: nginx((*Nginx).FastCGIStock)},
		{Name: "nginx-scgi", Backend: SCGISocket, Start: nginx((*Nginx).SCGI)},
		{Name: "nginx-scgi-live", Backend: SCGISocket, Start: nginx((*Nginx).SCGILive)},
		{Name: "nginx-uwsgi", Backend: UwsgiSocket, Whole: true, Start: nginx((*Nginx).Uwsgi)},
		{Name: "nginx-uwsgi-live", Backend: UwsgiSocket, Start: nginx((*Nginx).UwsgiLive)},
		{Name: "nginx-http", Backend: HTTPSocket, Kept: true, Start: nginx((*Nginx).HTTP)},
	}
}

func apache(prefork bool, add func(a *Apache, mount, target string)) func(testing.TB, string, string) *Server {
	return func(t testing.TB, mount, target string) *Server {
		t.Helper()
		a := Apache{Prefork: prefork}
		add(&a, mount, target)
		return a.Start(t)
	}
}

func lighttpd(add func(l *Lighttpd, mount, target string)) func(testing.TB, string, string) *Server {
	return func(t testing.TB, mount, target string) *Server {
		t.Helper()
		var l Lighttpd
		add(&l, mount, target)
		return l.Start(t)
	}
}

func nginx(add func(n *Nginx, mount, target string)) func(testing.TB, string, string) *Server {
	return func(t testing.TB, mount, target string) *Server {
		t.Helper()
		var n Nginx
		add(&n, mount, target)
		return n.Start(t)
	}
}
