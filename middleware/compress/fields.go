package compress

import (
	"net/http"
	"strconv"
	"strings"
)

// addVary says that another Accept-Encoding would have got another response, or
// might (RFC 9110, section 12.5.5): also where this one is not encoded. room, if
// there is any, is for the field's only value.
func addVary(h http.Header, room []string) {
	lines := h["Vary"]
	for _, line := range lines {
		if listsToken(line, "accept-encoding") || listsToken(line, "*") {
			return
		}
	}
	switch {
	case len(lines) > 0:
		h["Vary"] = append(lines[:len(lines):len(lines)], "Accept-Encoding")
	case room == nil:
		h["Vary"] = []string{"Accept-Encoding"}
	default:
		room[0] = "Accept-Encoding"
		h["Vary"] = room
	}
}

// transformForbidden looks for no-transform in a request's or a response's
// Cache-Control (RFC 9111, sections 5.2.1.6 and 5.2.2.6).
func transformForbidden(h http.Header) bool {
	for _, line := range h["Cache-Control"] {
		if listsToken(line, "no-transform") {
			return true
		}
	}
	return false
}

// digestFields are checksums of the body in the coding that it is sent in (RFC
// 9530, sections 2 and 3; RFC 3230, section 4.3.2; RFC 2616, section 14.15).
var digestFields = [...]string{"Content-Digest", "Repr-Digest", "Digest", "Content-Md5"}

// carriesDigest reports whether a response has a checksum, if only as a trailer.
// Who went to that trouble wants just these bytes to arrive.
func carriesDigest(h http.Header) bool {
	for _, name := range digestFields {
		if len(h[name]) > 0 {
			return true
		}
		for _, line := range h["Trailer"] {
			if listsToken(line, name) {
				return true
			}
		}
	}
	return false
}

// listsToken reports whether a list of tokens contains one, whatever the case.
func listsToken(list, token string) bool {
	for more := true; more; {
		var member string
		member, list, more = strings.Cut(list, ",")
		if strings.EqualFold(trimOWS(member), token) {
			return true
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

func trimOWS(s string) string { return strings.Trim(s, " \t") }
