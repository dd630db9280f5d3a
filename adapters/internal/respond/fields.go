package respond

import (
	"iter"
	"net/http"
	"slices"
	"strings"
)

// Fields yields what may be sent of h, one pair for each value, sorted by name
// as net/http sorts: names that are no token are left out, as are the fields
// that belong to the connection between web server and client; values are
// cleaned. An event stream also gets "X-Accel-Buffering: no", unless h says
// otherwise: nginx would collect the events until its buffer is full.
func Fields(status int, h http.Header) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) { each(status, h, yield) }
}

func each(status int, h http.Header, yield func(string, string) bool) {
	var room [32]string // on the stack; more names than that cost an allocation
	names := room[:0]
	for name := range h {
		if validName(name) && !hopByHop(name, status) && !describesBody(name, status) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range h[name] {
			if !yield(name, cleanValue(value)) {
				return
			}
		}
	}
	if _, set := h["X-Accel-Buffering"]; !set && eventStream(h) {
		yield("X-Accel-Buffering", "no")
	}
}

// hopByHop reports whether a field is the web server's own business. A backend's
// "Transfer-Encoding: chunked" is taken literally by Apache, nginx and h2o,
// and a Status field would contradict the status. The two fields of an upgrade
// belong to a 101, which lighttpd accepts from CGI programs.
//
// The length is compared first, because nearly every field fails there.
// Handlers can store names that are not canonical, hence the folding.
func hopByHop(name string, status int) bool {
	switch len(name) {
	case len("Status"):
		return strings.EqualFold(name, "Status")
	case len("Upgrade"): // and Trailer
		return strings.EqualFold(name, "Trailer") ||
			strings.EqualFold(name, "Upgrade") && status != http.StatusSwitchingProtocols
	case len("Connection"): // and Keep-Alive
		return strings.EqualFold(name, "Keep-Alive") ||
			strings.EqualFold(name, "Connection") && status != http.StatusSwitchingProtocols
	case len("Proxy-Connection"):
		return strings.EqualFold(name, "Proxy-Connection")
	case len("Transfer-Encoding"):
		return strings.EqualFold(name, "Transfer-Encoding")
	}
	return false
}

// describesBody reports whether a field speaks of a body that the status has not
// got. net/http takes the same ones out: the length of a 1xx, 204 or 304, and the
// type of a 304, which would replace the one that the client has stored.
func describesBody(name string, status int) bool {
	switch {
	case BodyAllowed(status):
		return false
	case strings.EqualFold(name, "Content-Type"):
		return status == http.StatusNotModified
	}
	return strings.EqualFold(name, "Content-Length")
}

// validName reports whether name is a token (RFC 9110, section 5.6.2). It also
// keeps out the "Trailer:" keys with which net/http announces trailers.
func validName(name string) bool {
	for i := range len(name) {
		if c := name[i]; c >= 0x80 || tokens[c/64]&(1<<(c%64)) == 0 {
			return false
		}
	}
	return name != ""
}

// tokens is the set of the bytes that a token may have.
var tokens = func() (set [2]uint64) {
	const chars = "!#$%&'*+-.^_`|~0123456789" +
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	for i := range len(chars) {
		set[chars[i]/64] |= 1 << (chars[i] % 64)
	}
	return set
}()

// cleanValue returns value as it may stand on a line: control characters become
// spaces (RFC 9110, section 5.5), so that no value can add a field or end the
// head, and the ends are trimmed. net/http replaces only CR and LF; but Apache
// answers 500 to a response that has any of the others.
func cleanValue(value string) string {
	for i := range len(value) {
		if isControl(value[i]) {
			value = replaceControls(value)
			break
		}
	}
	return strings.Trim(value, " \t")
}

func isControl(c byte) bool { return c < ' ' && c != '\t' || c == 0x7f }

func replaceControls(value string) string {
	b := []byte(value)
	for i, c := range b {
		if isControl(c) {
			b[i] = ' '
		}
	}
	return string(b)
}

func eventStream(h http.Header) bool {
	const want = "text/event-stream"
	t := h["Content-Type"]
	return len(t) > 0 && len(t[0]) >= len(want) && strings.EqualFold(t[0][:len(want)], want)
}
