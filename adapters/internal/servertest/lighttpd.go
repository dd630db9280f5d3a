//go:build linux

package servertest

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// Lighttpd is lighttpd. The zero value serves files from htdocs. SIGINT
// stops it when its requests have ended.
type Lighttpd struct {
	TLS bool // it speaks HTTPS, and no HTTP

	config strings.Builder
}

// Start runs it until the test ends.
func (l *Lighttpd) Start(t testing.TB) *Server {
	t.Helper()
	if l.TLS {
		need(t, "/usr/lib/lighttpd/mod_openssl.so")
		l.config.WriteString(lighttpdTLS)
	}
	return start(t, plan{
		name:    "lighttpd",
		program: "/usr/sbin/lighttpd",
		args:    func(config string) []string { return []string{"-D", "-f", config} },
		config:  lighttpdConfig + l.config.String(),
		tls:     l.TLS,
		quit:    syscall.SIGTERM,
		reload:  syscall.SIGUSR1,
	})
}

// Requests are read whole before they are passed on, as by default: streamed
// ones would have to say their length (411). Answers are streamed.
const lighttpdConfig = `server.bind = "127.0.0.1"
server.port = @PORT@
server.document-root = "@DIR@/htdocs"
server.pid-file = "@DIR@/pid"
server.errorlog = "@DIR@/error.log"
server.upload-dirs = ( "@DIR@" )
server.username = ""
server.max-keep-alive-requests = 1000
server.stream-response-body = 1
server.http-parseopts = ( "method-get-body" => "enable" )
server.modules = ( "mod_alias", "mod_cgi", "mod_fastcgi", "mod_scgi" )
`

const lighttpdTLS = `server.modules += ( "mod_openssl" )
ssl.engine = "enable"
ssl.pemfile = "@DIR@/cert.pem"
ssl.privkey = "@DIR@/key.pem"
`

// CGI runs program for each request below mount. The condition is looked at
// again when the path info has been cut off the path: at the root, nothing is left.
func (l *Lighttpd) CGI(mount, program string) {
	fmt.Fprintf(&l.config, `alias.url += ( "%s" => "%s" )
$HTTP["url"] =~ "^%s" { cgi.assign = ( "" => "" ) }
`, mount, target(mount, program), prefix(mount))
}

// FastCGI hands what is below mount to a socket.
func (l *Lighttpd) FastCGI(mount, socket string) {
	l.fastcgi(mount, fmt.Sprintf(`"socket" => "%s"`, socket))
}

// FastCGISpawn starts program twice, each with a listening socket of its own as
// file descriptor 0.
func (l *Lighttpd) FastCGISpawn(mount, program string) {
	l.fastcgi(mount, fmt.Sprintf(`"bin-path" => "%s", "socket" => "@DIR@/spawned", "max-procs" => 2, "kill-signal" => 15`, program))
}

func (l *Lighttpd) fastcgi(mount, options string) { l.backend("fastcgi", mount, options) }

// SCGI hands what is below mount to a socket that speaks SCGI.
func (l *Lighttpd) SCGI(mount, socket string) {
	l.backend("scgi", mount, fmt.Sprintf(`"socket" => "%s"`, socket))
}

// Uwsgi hands what is below mount to a socket that speaks uwsgi.
func (l *Lighttpd) Uwsgi(mount, socket string) {
	fmt.Fprintf(&l.config, "$HTTP[\"url\"] =~ \"^%s\" { scgi.protocol = \"uwsgi\" }\n", prefix(mount))
	l.SCGI(mount, socket)
}

// A mount at the root needs fix-root-scriptname: without it lighttpd calls the
// first path segment SCRIPT_NAME.
func (l *Lighttpd) backend(module, mount, options string) {
	if mount == "/" {
		options += `, "fix-root-scriptname" => "enable"`
	}
	fmt.Fprintf(&l.config, `%s.server += ( "%s" => (( %s, "check-local" => "disable" )) )
`, module, mount, options)
}
