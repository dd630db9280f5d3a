//go:build linux

package gatewaytest_test

import (
	"crypto/tls"
	"path"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// Of a connection with TLS the handler learns from the front server, and so does
// who sets a cookie. What a server says of it in more detail must be right.
func TestTLS(t *testing.T) {
	t.Parallel()
	if probe == "" {
		t.Skip("the examples' module is not here")
	}
	for _, g := range servertest.Gateways() {
		if g.Backend == servertest.HTTPSocket {
			continue // a proxy speaks for itself, as without TLS
		}
		t.Run(g.Name, func(t *testing.T) {
			t.Parallel()
			mount := mountsOf(g)[0]
			target, _ := launch(t, g, mount, probe)
			s := before(t, g, mount, g.StartTLS(t, mount, target))
			a := s.get(t, "/env")
			got, want := a.facts(t), told(g, a.TLS)
			if !got.TLS || got.TLSVersion != want.version || got.TLSServerName != want.name {
				t.Errorf("got TLS %t, %q for %q, want %+v", got.TLS, got.TLSVersion, got.TLSServerName, want)
			}
			if got.Host != s.server.Addr() {
				t.Errorf("got host %q, want %q", got.Host, s.server.Addr())
			}
			cookies := s.get(t, "/session").Cookies()
			if len(cookies) != 1 || !cookies[0].Secure {
				t.Errorf("got cookies %v, want one, and secure", cookies)
			}
		})
	}
}

// tlsFacts are what there is to tell of a connection.
type tlsFacts struct{ version, name string }

// told returns what the gateway tells of the client's connection.
func told(g servertest.Gateway, conn *tls.ConnectionState) tlsFacts {
	all := tlsFacts{tls.VersionName(conn.Version), servertest.TLSName}
	nothing := tlsFacts{version: tls.VersionName(0)}
	for _, row := range []struct {
		gateways string
		facts    tlsFacts
	}{
		{"apache-proxy-ajp", tlsFacts{version: all.version}}, // AJP has no place for the name
		{"apache-*", all},
		{"lighttpd-ajp", nothing},                      // but that it is HTTPS
		{"lighttpd-*", tlsFacts{version: all.version}}, // it has no variable for the name
		{"nginx-fastcgi-stock", nothing},               // Debian's files of parameters have nothing but HTTPS
		{"nginx-fastcgi*", all},
		{"nginx-*", nothing},
	} {
		if ok, _ := path.Match(row.gateways, g.Name); ok {
			return row.facts
		}
	}
	return tlsFacts{}
}
