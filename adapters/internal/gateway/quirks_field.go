package gateway

import (
	"strconv"
	"strings"
)

// fixNginxHostPort appends the port that $host lost. It cannot be known for
// sure that HTTP_HOST is $host and that the client used the port on which nginx
// listens, so that everything which speaks against it counts:
//
//   - 80 and 443 may be the scheme's own port and are what nginx gets behind
//     most balancers;
//   - a forwarding field says that the client spoke to another proxy, on
//     another port;
//   - from 1.30 on Debian's files name the port, and nginx has always been able
//     to say $http_host.
//
// It is wrong for an nginx before 1.30 on an odd port to which a container or a
// firewall maps 80 without such a field.
func fixNginxHostPort(d *draft, _ Source) {
	if d.front != nginx || d.isCGI() || !d.hasHost || d.host == "" || hasPort(d.host) || d.forwarded || nginxNames30(d.software) {
		return
	}
	switch port, err := strconv.ParseUint(d.serverPort, 10, 16); {
	case err != nil, port == 0, port == 80, port == 443:
	default:
		d.host += ":" + d.serverPort
	}
}

// nginxNames30 reports whether SERVER_SOFTWARE names nginx 1.30 or later.
func nginxNames30(software string) bool {
	version, ok := strings.CutPrefix(software, "nginx/")
	if !ok {
		return false
	}
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	x, err := strconv.Atoi(major)
	y, err2 := strconv.Atoi(minor)
	return err == nil && err2 == nil && (x > 1 || x == 1 && y >= 30)
}

// nginx itself refuses a request with two Host fields, so that the second one
// is a parameter that overrides the first.
func fixNginxRepeatedHost(d *draft, _ Source) {
	if d.front == nginx {
		d.hostConflict = false
	}
}

func fixLighttpdFolding(d *draft, _ Source) { d.refuseRepeated = d.front == lighttpd }

func fixContentLength(d *draft, _ Source) {
	if d.contentLength == "-1" {
		d.contentLength = ""
	}
}

// nginx goes on to send the body, and has checked the length that the client gave.
// Where it is told to send no body (scgi_pass_request_body off), it does not come;
// but who asks for that has no use for one.
func fixNginxSCGILength(d *draft, _ Source) {
	if d.front != nginx || !strings.HasPrefix(d.Interface, "SCGI/") || d.chunked {
		return
	}
	arrived, err := strconv.ParseUint(d.contentLength, 10, 63)
	declared, err2 := strconv.ParseUint(d.headerLength, 10, 63)
	if err == nil && err2 == nil && declared > arrived {
		d.contentLength = d.headerLength
	}
}

func fixAuthorization(d *draft, _ Source) {
	if d.hasAuthorization {
		return
	}
	d.substituteAuthorization = d.redirectAuth
	if d.redirectAuth == "" {
		d.substituteAuthorization = d.bareAuth
	}
}

func fixCookie(d *draft, _ Source) {
	if !d.hasCookie {
		d.substituteCookie = d.bareCookie
	}
}
