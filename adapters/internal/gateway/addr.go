package gateway

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// setRemoteAddr sets RemoteAddr as net/http has it: "IP:port", with IPv6 in
// brackets. A client of a front's unix socket (nginx says "unix:") is "@", what
// net/http gives for a peer without a name.
func (d *draft) setRemoteAddr(r *http.Request) error {
	if d.remoteAddr == "" || strings.HasPrefix(d.remoteAddr, "unix:") {
		r.RemoteAddr = "@"
		return nil
	}
	host := d.remoteAddr
	if inner, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(inner, "]")
	}
	if _, err := netip.ParseAddr(host); err != nil {
		// Fail closed: what would pass for "no address" might count as a
		// trusted peer somewhere.
		return badRequest("bad REMOTE_ADDR " + quote(d.remoteAddr))
	}
	port := d.remotePort
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		port = "0"
	}
	r.RemoteAddr = net.JoinHostPort(host, port)
	return nil
}

// setHost sets Host: the authority of an absolute request target (RFC 9112,
// section 3.2.2), else the Host field, else, for a client that must have sent
// one which the front did not pass on, the server's name.
func (d *draft) setHost(r *http.Request) error {
	switch {
	case d.authority != "":
		r.Host = d.authority
	case d.hostConflict:
		return badRequest("conflicting Host fields")
	case d.hasHost:
		r.Host = d.host
	case r.ProtoAtLeast(1, 1):
		r.Host = d.serverHost()
	}
	if !validHost(r.Host) {
		return badRequest("malformed Host " + quote(r.Host))
	}
	return nil
}

// serverHost is SERVER_NAME with SERVER_PORT unless that is the scheme's own.
func (d *draft) serverHost() string {
	host := d.serverName
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		host = "[" + host + "]"
	}
	usual := "80"
	if d.isTLS() {
		usual = "443"
	}
	if host == "" || d.serverPort == "" || d.serverPort == usual {
		return host
	}
	return host + ":" + d.serverPort
}

// validHost is net/http's test (httpguts.ValidHostHeader): characters of a
// URI's host, and not their order.
func validHost(host string) bool {
	for i := 0; i < len(host); i++ {
		switch c := host[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("!$%&'()*+,-.:;=[]_~", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// hasPort reports whether a Host field has a port.
func hasPort(host string) bool {
	return strings.LastIndexByte(host, ':') > strings.LastIndexByte(host, ']')
}
