package middleware

import (
	"net/netip"
	"strings"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// forwardedList reads a list of addresses, to which proxies append, from its end:
// a proxy's entries are well formed, and the client's, which may be anything, are
// reached only if somebody trusts them. All lines of the field are one list
// (RFC 9110, section 5.3).
type forwardedList struct {
	t     *topology
	lines []string
	line  string // what is left of the one after them
}

// last takes the last address, unparsed, off the list.
func (l *forwardedList) last() (node string, ok bool) {
	for l.line != "" || len(l.lines) > 0 {
		if l.line == "" {
			end := len(l.lines) - 1
			l.line, l.lines = l.lines[end], l.lines[:end]
		}
		var element string
		l.line, element = l.t.cut(l.line)
		switch {
		case element == "": // is no element (RFC 9110, section 5.6.1.2)
		case l.t.node != nil:
			return l.t.node(element), true
		default:
			return element, true
		}
	}
	return "", false
}

// cutLast cuts the last element off a list without quoted strings.
func cutLast(list string) (rest, last string) {
	i := strings.LastIndexByte(list, ',')
	return list[:max(i, 0)], trimOWS(list[i+1:])
}

// cutLastElement cuts the last element off a list with quoted strings.
func cutLastElement(list string) (rest, last string) {
	i := lastUnquoted(list, ',')
	return list[:max(i, 0)], trimOWS(list[i+1:])
}

// lastUnquoted finds the last c outside of a quoted string. Going backwards finds
// the same strings as going forwards where the quotes are balanced, and what the
// client put to the left of a proxy's element cannot shift them.
func lastUnquoted(s string, c byte) int {
	quoted := false
	for i := len(s) - 1; i >= 0; i-- {
		switch {
		case s[i] == '"' && !escaped(s[:i]):
			quoted = !quoted
		case s[i] == c && !quoted:
			return i
		}
	}
	return -1
}

// escaped reports whether what follows s is escaped by its last backslash.
func escaped(s string) bool {
	return (len(s)-len(strings.TrimRight(s, `\`)))%2 == 1
}

// forNode returns the parameter "for" of a Forwarded element; two of them are
// none.
func forNode(element string) (node string) {
	found := false
	for element != "" {
		i := lastUnquoted(element, ';')
		name, value, _ := strings.Cut(trimOWS(element[i+1:]), "=")
		element = element[:max(i, 0)]
		if strings.EqualFold(name, "for") {
			if found {
				return ""
			}
			node, found = unquote(value), true
		}
	}
	return node
}

// unquote removes the quotes of a quoted string. No address needs an escape.
func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// parseNode parses an address with or without port and brackets, as proxies
// write it: "192.0.2.1", "192.0.2.1:8080", "2001:db8::1", "[2001:db8::1]:_obfuscated".
// All else, RFC 7239's "unknown" and "_hidden" included, is the zero Addr. So is
// an address with a zone: it is local to the proxy and says nothing here, and package
// netip would remember the string.
func parseNode(s string) netip.Addr {
	const longest = len("[0000:0000:0000:0000:0000:0000:255.255.255.255]:_obfuscated-port")
	if s = trimOWS(s); len(s) > longest || strings.IndexByte(s, '%') >= 0 {
		return netip.Addr{}
	}
	host := s
	if strings.HasPrefix(s, "[") {
		inner, port, ok := strings.Cut(s[1:], "]")
		if !ok || port != "" && !isPort(port) || !strings.Contains(inner, ":") {
			return netip.Addr{}
		}
		host = inner
	} else if i := strings.IndexByte(s, ':'); i >= 0 && strings.LastIndexByte(s, ':') == i {
		if !isPort(s[i:]) {
			return netip.Addr{}
		}
		host = s[:i]
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return ip.Unmap()
}

// isPort reports whether s is a colon and a port of RFC 7239, section 6.
func isPort(s string) bool {
	if len(s) < 2 || s[0] != ':' {
		return false
	}
	s = s[1:]
	if s[0] == '_' {
		return len(s) > 1 && settings.IsToken(s)
	}
	return len(s) <= 5 && strings.Trim(s, "0123456789") == ""
}
