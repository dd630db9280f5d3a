package compress

import (
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
)

// addVary says that another Accept-Encoding would have got another response, or
// might (RFC 9110, section 12.5.5): also where this one is not encoded. room, if
// there is any, is for the field's only value.
func addVary(h http.Header, room []string) {
	lines := h["Vary"]
	switch {
	case len(lines) > 0:
		if !lists(lines, "accept-encoding") && !lists(lines, "*") {
			h["Vary"] = append(lines[:len(lines):len(lines)], "Accept-Encoding")
		}
	case room == nil:
		h["Vary"] = []string{"Accept-Encoding"}
	default:
		room[0] = "Accept-Encoding"
		h["Vary"] = room
	}
}

// transformable reports whether a response may be encoded on its way. There are
// more fields to look for than most responses have, so it goes through those.
func transformable(h http.Header) bool {
	for name, values := range h {
		if len(values) == 0 {
			continue
		}
		switch name {
		case "Content-Encoding", "Content-Range":
			return false
		case "Content-Digest", "Repr-Digest", "Digest", "Content-Md5":
			return false
		case "Cache-Control":
			if transformForbidden(values) {
				return false
			}
		case "Trailer":
			if slices.ContainsFunc(digests, func(name string) bool { return lists(values, name) }) {
				return false
			}
		}
	}
	return true
}

// digests are the fields with a checksum of the body in the coding that it is sent
// in, if only as a trailer: who goes to that trouble wants just these bytes to
// arrive (RFC 9530, sections 2 and 3; RFC 3230, section 4.3.2; RFC 2616, section 14.15).
var digests = []string{"Content-Digest", "Repr-Digest", "Digest", "Content-Md5"}

// transformForbidden looks for no-transform in a request's or a response's
// Cache-Control (RFC 9111, sections 5.2.1.6 and 5.2.2.6).
func transformForbidden(control []string) bool { return lists(control, "no-transform") }

// lists reports whether the lines of a field, lists of tokens, contain one, whatever
// the case.
func lists(lines []string, token string) bool {
	for _, line := range lines {
		for more := true; more; {
			var member string
			member, line, more = strings.Cut(line, ",")
			if strings.EqualFold(textproto.TrimString(member), token) {
				return true
			}
		}
	}
	return false
}

// declaredLength returns the Content-Length that the handler states, or -1.
func declaredLength(h http.Header) int64 {
	values := h["Content-Length"]
	if len(values) == 0 {
		return -1
	}
	n, err := strconv.ParseInt(values[0], 10, 64)
	if err != nil {
		return -1
	}
	return n
}
