package middleware

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/hostname"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// HostCheck answers only requests for these hosts, and others with 421
// (Misdirected Request). It is what stops DNS rebinding, by which a foreign
// page reaches a service on the visitor's machine or network under the foreign page's own name; and
// what keeps a forged Host out of links, mails and caches.
//
//	middleware.HostCheck("example.com", "*.example.com", "localhost:8080", "127.0.0.1", "[::1]")
//
// A host without a port stands for all ports. "*.example.com" stands for
// everything below example.com, not for itself. Names of other than ASCII letters are
// written in the form that browsers send ("xn--..."). An empty list, or a malformed host, panics.
//
// It stands inside of [Logger] and error pages and outside of everything that
// looks at Host. X-Forwarded-Host is not looked at: a proxy must pass Host on.
func HostCheck(hosts ...string) gangplank.Middleware {
	set, err := newHostSet(hosts)
	settings.Check("middleware.HostCheck", err)
	misdirected := gangplank.Error(http.StatusMisdirectedRequest, "This server does not answer for that host name.")
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !set.has(r.Host) {
				gangplank.Fail(w, r, misdirected.Because(fmt.Errorf("request for host %q", clean(r.Host))))
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// hostSet maps hosts, and ".example.com" for wildcards, to their ports; "" is any.
type hostSet map[string][]string

func newHostSet(hosts []string) (hostSet, error) {
	var f settings.Faults
	if len(hosts) == 0 {
		return nil, errors.New("no host is named, so that none would be answered")
	}
	set := make(hostSet)
	for _, pattern := range hosts {
		host, port, ok := parseHostPattern(pattern)
		if !ok {
			f.Add("host", "%q is neither a host, nor a host with a port, nor \"*.\" before one, as browsers send them", pattern)
			continue
		}
		set[host] = append(set[host], port)
	}
	return set, f.Join()
}

func parseHostPattern(s string) (host, port string, ok bool) {
	below, wild := strings.CutPrefix(s, "*")
	host, port, ok = splitHost(below)
	switch name, dot := strings.CutPrefix(host, "."); {
	case !ok, dot != wild, port != "" && !hostname.IsPort(port):
		return "", "", false
	case wild:
		return host, port, hostname.IsName(name) // nothing is below an address
	}
	_, err := netip.ParseAddr(host)
	return host, port, err == nil || hostname.IsName(host)
}

// has reports whether a Host field is in the set. What stands in the place of an
// asterisk has to be a name, too: net/http passes
// "x'-alert(1)-'.example.com" on, and handlers put hosts into pages, links and mails.
func (s hostSet) has(field string) bool {
	host, port, ok := splitHost(field)
	if !ok || strings.HasPrefix(host, ".") {
		return false
	}
	if s.hasPort(host, port) {
		return true
	}
	for i, c := range []byte(host) {
		if c == '.' && s.hasPort(host[i:], port) {
			return hostname.IsName(host)
		}
	}
	return false
}

func (s hostSet) hasPort(host, port string) bool {
	ports, ok := s[host]
	return ok && (slices.Contains(ports, "") || slices.Contains(ports, port))
}

// longestHost is that of DNS, a dot at the end, and a port. It also bounds the
// time that a long one takes.
const longestHost = 254 + len(":65535")

// splitHost normalises a host and splits its port off.
func splitHost(s string) (host, port string, ok bool) {
	if s == "" || len(s) > longestHost {
		return "", "", false
	}
	host = s
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, ']') {
		host, port = s[:i], s[i+1:]
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return "", "", false
		}
	}
	if inner, bracketed := strings.CutPrefix(host, "["); bracketed {
		ip, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		return ip.String(), port, err == nil && strings.HasSuffix(inner, "]") && ip.Is6() && ip.Zone() == ""
	}
	return strings.TrimSuffix(strings.ToLower(host), "."), port, true
}
