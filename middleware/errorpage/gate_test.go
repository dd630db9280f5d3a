package errorpage_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

func TestGate(t *testing.T) {
	dev := errorpage.Config{Development: true}
	listed := errorpage.Config{Development: true, Peers: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/28")}, Hosts: []string{"dev.example"}}
	link := errorpage.Config{Development: true, Peers: []netip.Prefix{netip.MustParsePrefix("fe80::/10")}}
	behind := errorpage.Config{Development: true, ClientIP: true}
	tests := []struct {
		desc   string
		config errorpage.Config
		remote string // else loopback
		host   string // else localhost
		field  string // "Name: value"
		client string // what ClientIP has found; "-": nothing
		old    bool   // over HTTP/1.0
		refuse string // empty: shown
	}{
		{desc: "all well", config: dev},
		{desc: "production", config: errorpage.Config{}, refuse: "-"},
		{desc: "IPv6 loopback", config: dev, remote: "[::1]:80", host: "[::1]:80"},
		{desc: "mapped loopback", config: dev, remote: "[::ffff:127.0.0.1]:80", host: "127.8.9.10"},
		{desc: "without a port", config: dev, remote: "127.0.0.1", host: "LOCALHOST."},
		{desc: "a name below localhost", config: dev, host: "app.localhost:3000"},
		{desc: "peer", config: dev, remote: "192.0.2.7:80", refuse: "peer"},
		{desc: "peer unknown", config: dev, remote: "@", refuse: "peer"},
		{desc: "no peer", config: dev, remote: "-", refuse: "peer"},
		{desc: "peer listed", config: listed, remote: "192.0.2.7:80"},
		{desc: "peer not listed", config: listed, remote: "192.0.2.17:80", refuse: "peer"},
		{desc: "client found elsewhere", config: dev, client: "192.0.2.7", refuse: "client 192.0.2.7"},
		{desc: "client that ClientIP does not know", config: behind, client: "-", refuse: "not known"},
		{desc: "client that ClientIP does not know, unbeknownst", config: dev, client: "-", refuse: "not known"},
		{desc: "peer listed, with a zone", config: link, remote: "[fe80::1%eth0]:80"},
		{desc: "HTTP/1.0", config: dev, old: true, refuse: "proxy: HTTP/1.0"},
		{desc: "HTTP/1.0 of a listed peer", config: listed, remote: "192.0.2.7:80", old: true, refuse: "proxy: HTTP/1.0"},
		{desc: "Connection: close", config: dev, field: "Connection: Keep-Alive, Close", refuse: "proxy: Connection: close"},
		{desc: "Connection: keep-alive", config: dev, field: "Connection: keep-alive"},
		{desc: "HTTP/1.0 of a proxy that is not needed", config: behind, old: true, client: "127.0.0.1", refuse: "proxy: HTTP/1.0"},
		{desc: "HTTP/1.0, forwarded for loopback", config: behind, old: true, field: "X-Forwarded-For: 127.0.0.1", client: "127.0.0.1"},
		{desc: "host", config: dev, host: "rebound.example", refuse: "Host"},
		{desc: "host that begins well", config: dev, host: "localhost.example", refuse: "Host"},
		{desc: "host that looks like an address", config: dev, host: "127.0.0.1.nip.io", refuse: "Host"},
		{desc: "no host", config: dev, host: "-", refuse: "Host"},
		{desc: "host listed", config: listed, host: "dev.example:8080"},
		{desc: "X-Forwarded-For", config: dev, field: "X-Forwarded-For: 127.0.0.1", refuse: "X-Forwarded-For"},
		{desc: "X-Forwarded-Proto", config: dev, field: "X-Forwarded-Proto: http", refuse: "X-Forwarded-Proto"},
		{desc: "Forwarded", config: dev, field: "Forwarded: for=_hidden", refuse: "Forwarded"},
		{desc: "Via", config: dev, field: "Via: 1.1 proxy", refuse: "Via"},
		{desc: "X-Real-Ip", config: dev, field: "X-Real-Ip: 127.0.0.1", refuse: "X-Real-Ip"},
		{desc: "an empty field", config: dev, field: "X-Forwarded-For: ", refuse: "X-Forwarded-For"},
		{desc: "forwarded for loopback, with ClientIP", config: behind, field: "X-Forwarded-For: 127.0.0.1", client: "127.0.0.1"},
		{desc: "over a unix socket, with ClientIP", config: behind, remote: "@", field: "X-Forwarded-For: 127.0.0.1", client: "127.0.0.1"},
		{desc: "over a unix socket, ClientIP found nothing", config: behind, remote: "@", field: "X-Forwarded-For: 127.0.0.1", client: "-", refuse: "not known"},
		{desc: "over a unix socket, not forwarded", config: behind, remote: "@", client: "-", refuse: "peer"},
		{desc: "ClientIP found another", config: behind, field: "X-Forwarded-For: 198.51.100.1", client: "198.51.100.1", refuse: "198.51.100.1"},
		{desc: "ClientIP is not there after all", config: behind, field: "X-Forwarded-For: 198.51.100.1", refuse: "no middleware.ClientIP"},
		{desc: "ClientIP is not there, a forged field", config: behind, field: "X-Forwarded-For: 127.0.0.1", refuse: "no middleware.ClientIP"},
		{desc: "ClientIP is not there, not forwarded", config: behind, refuse: "no middleware.ClientIP"},
		{desc: "a client in Forwarded", config: behind, client: "127.0.0.1", field: `Forwarded: for="[2001:db8::1]:80";proto=http`, refuse: "2001:db8::1"},
		{desc: "a chain", config: behind, field: "X-Forwarded-For: 198.51.100.1, 127.0.0.1", client: "127.0.0.1", refuse: "198.51.100.1"},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			s := newSite(tt.config, func(w http.ResponseWriter, r *http.Request) error {
				clear(r.Header) // the handler must not be able to talk itself in
				r.RemoteAddr, r.Proto, r.ProtoMinor = "127.0.0.1:1", "HTTP/1.1", 1
				r.Header.Set("Accept", "text/plain")
				return errors.New("the cause")
			})
			r := local("GET", "/")
			set := func(to *string, v string) {
				if v != "" {
					*to = strings.TrimPrefix(v, "-")
				}
			}
			set(&r.RemoteAddr, tt.remote)
			set(&r.Host, tt.host)
			if name, v, ok := strings.Cut(tt.field, ": "); ok {
				r.Header.Set(name, v)
			}
			if tt.old {
				r.Proto, r.ProtoMinor = "HTTP/1.0", 0
			}
			rec := httptest.NewRecorder()
			gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
				switch tt.client {
				case "":
				case "-":
					c.SetClientIP(netip.Addr{})
				default:
					c.SetClientIP(netip.MustParseAddr(tt.client))
				}
				s.ServeHTTP(w, r)
			}).ServeHTTP(rec, r)
			if shown := strings.Contains(rec.Body.String(), "the cause"); shown != (tt.refuse == "") {
				t.Errorf("shown: %v\n%s", shown, s.log)
			}
			if tt.refuse != "" && tt.refuse != "-" {
				has(t, "the log", s.log.String(), "refused: ", tt.refuse)
			}
		})
	}
}
