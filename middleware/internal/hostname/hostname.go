// Package hostname knows how browsers write hosts and ports, in Host and in Origin:
// lower case, names in their ASCII form, addresses in one form only (the URL
// standard, https://url.spec.whatwg.org/#host-serializing).
package hostname

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
)

// maxName and maxLabel are those of DNS (RFC 1035, section 2.3.4).
const (
	maxName  = 253
	maxLabel = 63
)

// IsName reports whether s is a name, and not what a browser would take for an
// address.
func IsName(s string) bool { return IsLabels(s) && !EndsInNumber(s) }

// IsLabels reports whether s is labels of lower-case ASCII, as of a name: an
// internationalised one is in its "xn--" form. IPv4 addresses are such labels, too.
func IsLabels(s string) bool {
	if len(s) > maxName {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label) {
			return false
		}
	}
	return true
}

func isLabel(s string) bool {
	for i := range len(s) {
		if c := s[i]; !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return s != "" && len(s) <= maxLabel
}

// EndsInNumber reports whether browsers take labels for an IPv4 address, and write
// it as one (127.1 as 127.0.0.1), or refuse it.
func EndsInNumber(labels string) bool {
	last := labels[strings.LastIndexByte(labels, '.')+1:]
	if hex, ok := strings.CutPrefix(last, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(last, "0123456789") == ""
}

// IsAddress reports whether s is an address as browsers write it, an IPv6 one
// within brackets.
func IsAddress(s string) bool {
	inner, bracketed := strings.CutPrefix(s, "[")
	ip, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
	if err != nil || ip.Zone() != "" || bracketed != ip.Is6() {
		return false
	}
	if bracketed {
		return s == "["+write(ip)+"]"
	}
	return s == ip.String()
}

// write differs from netip with IPv4 addresses in IPv6's form, of which that
// writes the end with dots.
func write(ip netip.Addr) string {
	if !ip.Is4In6() {
		return ip.String()
	}
	b := ip.As16()
	return fmt.Sprintf("::ffff:%x:%x", binary.BigEndian.Uint16(b[12:]), binary.BigEndian.Uint16(b[14:]))
}

// IsPort reports whether s is a port as browsers write it.
func IsPort(s string) bool {
	if s == "" || len(s) > 5 || s[0] == '0' {
		return false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n <= 65535
}
