package middleware

import (
	"net/netip"
	"strconv"
	"strings"
)

// isHostName reports whether a normalised host can come from a browser.
func isHostName(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || isName(host)
}

// isName reports whether a normalised host is a name. One whose last label is a
// number is none: browsers take it for an IPv4 address, and send 127.0.0.1 for
// 127.1 (WHATWG URL, "ends in a number").
func isName(host string) bool {
	last := ""
	for label := range strings.SplitSeq(host, ".") {
		if !isLabel(label) {
			return false
		}
		last = label
	}
	digits, isHex := strings.CutPrefix(last, "0x")
	return strings.Trim(digits, "0123456789") != "" && !(isHex && strings.Trim(digits, "0123456789abcdef") == "")
}

func isLabel(s string) bool {
	for i := range len(s) {
		if c := s[i]; !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return s != "" && len(s) <= 63
}

// isShortPort reports whether s is a port as browsers write it.
func isShortPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil && s[0] != '0'
}
