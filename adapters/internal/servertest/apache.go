//go:build linux

package servertest

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// Apache is Apache httpd with the event MPM, or with prefork. The zero value
// serves files from htdocs. SIGWINCH stops it when its requests have ended.
type Apache struct {
	Prefork bool
	TLS     bool // it speaks HTTPS, and no HTTP

	modules []string
	config  strings.Builder
	proxied []string                    // mounts
	place   []func(htdocs string) error // puts files there before the start
}

// Start runs it until the test ends.
func (a *Apache) Start(t testing.TB) *Server {
	t.Helper()
	mpm, pool := "mpm_event", "ServerLimit 2\nThreadsPerChild 64\nMaxRequestWorkers 128\nMinSpareThreads 16\nMaxSpareThreads 128\n"
	if a.Prefork {
		mpm, pool = "mpm_prefork", "MaxRequestWorkers 64\n"
	}
	if a.TLS {
		a.use(apacheTLS, "ssl", "socache_shmcb")
	}
	var load strings.Builder
	for _, module := range append([]string{mpm, "authz_core", "mime"}, a.modules...) {
		file := "/usr/lib/apache2/modules/mod_" + module + ".so"
		need(t, file)
		fmt.Fprintf(&load, "LoadModule %s_module %s\n", module, file)
	}
	return start(t, plan{
		name:    "apache2",
		program: "/usr/sbin/apache2",
		args:    func(config string) []string { return []string{"-d", "/etc/apache2", "-f", config, "-D", "FOREGROUND"} },
		config:  load.String() + pool + asRoot("User www-data\nGroup www-data\n") + apacheConfig + a.config.String(),
		tls:     a.TLS,
		quit:    syscall.SIGTERM,
		reload:  syscall.SIGUSR1,
		place:   a.place,
	})
}

const apacheConfig = `ServerName localhost
Listen 127.0.0.1:@PORT@
StartServers 1
PidFile @DIR@/pid
ErrorLog @DIR@/error.log
LogLevel info
Mutex file:@DIR@ default
DefaultRuntimeDir @DIR@
TypesConfig /dev/null
DocumentRoot @DIR@/htdocs
<Directory @DIR@/htdocs>
  Require all granted
  Options FollowSymLinks
</Directory>
<Location />
  CGIPassAuth On
</Location>
`

// +StdEnvVars makes variables of what mod_ssl knows.
const apacheTLS = `SSLEngine on
SSLCertificateFile @DIR@/cert.pem
SSLCertificateKeyFile @DIR@/key.pem
SSLOptions +StdEnvVars
SSLSessionCache none
`

// use adds a piece of configuration and the modules that it needs.
func (a *Apache) use(config string, modules ...string) {
	a.config.WriteString(config)
	for _, m := range modules {
		if !slices.Contains(a.modules, m) {
			a.modules = append(a.modules, m)
		}
	}
}
