package cors

import (
	"strings"

	"github.com/gangplank-web/gangplank/middleware/internal/hostname"
)

// origin is a serialised origin (RFC 6454, section 6.2) taken apart.
type origin struct{ scheme, host, port string }

// maxOrigin bounds what is looked at: a scheme, "://", a name of 253, a port.
const maxOrigin = 64 + 3 + 253 + 6

// parseOrigin takes apart what a browser sends: lower case, nothing after the
// port. host may be a bracketed IPv6 address. It is also used on patterns, in
// which host may begin with "*." and port be "*".
func parseOrigin(s string) (o origin, ok bool) {
	if len(s) > maxOrigin {
		return o, false
	}
	o.scheme, s, ok = strings.Cut(s, "://")
	if !ok || !isScheme(o.scheme) {
		return o, false
	}
	bracketed := strings.HasPrefix(s, "[")
	end := strings.IndexByte(s, ']') + 1 // of an address, which has colons of its own
	name, port, hasPort := strings.Cut(s[end:], ":")
	if bracketed != (end > 0) || bracketed && name != "" {
		return o, false
	}
	o.host, o.port = s[:end]+name, port
	return o, o.host != "" && hasPort == (port != "")
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || !isDigit(c) && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// originSet is the origins that are allowed.
type originSet struct {
	exact    map[string]bool
	patterns []pattern
}

// pattern is an origin with a wildcard.
type pattern struct {
	origin
	suffix string // ".example.com" for https://*.example.com; empty if the host is fixed
}

func newPattern(o origin) pattern {
	if suffix, wild := strings.CutPrefix(o.host, "*"); wild {
		return pattern{o, suffix}
	}
	return pattern{origin: o}
}

func (s originSet) contains(serialised string) bool {
	if s.exact[serialised] {
		return true
	}
	if len(s.patterns) == 0 {
		return false
	}
	o, ok := parseOrigin(serialised)
	if !ok || o.port != "" && !hostname.IsPort(o.port) {
		return false
	}
	for i := range s.patterns {
		if s.patterns[i].matches(o) {
			return true
		}
	}
	return false
}

func (p *pattern) matches(o origin) bool {
	if o.scheme != p.scheme || o.port != p.port && p.port != "*" {
		return false
	}
	if p.suffix == "" {
		return o.host == p.host
	}
	return len(o.host) > len(p.suffix) && strings.HasSuffix(o.host, p.suffix) && hostname.IsLabels(o.host)
}
