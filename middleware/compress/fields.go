package compress

import (
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// addVary says that another Accept-Encoding would have got another response, or
// might (RFC 9110, section 12.5.5): also where this one is not encoded. lines is
// what there is of the field.
func addVary(w *gangplank.Writer, h http.Header, lines []string) {
	switch {
	case len(lines) == 0:
		h["Vary"] = w.FieldValue("Accept-Encoding")
	case !lists(lines, "accept-encoding") && !lists(lines, "*"):
		h["Vary"] = append(lines[:len(lines):len(lines)], "Accept-Encoding")
	}
}

// head is what counts of a response's head here.
type head struct {
	contentType string
	length      int64 // as declared, or -1
	vary        []string
	fixed       bool // the body is not to be encoded, by nobody
}

// readHead goes through the fields that there are: those to look for are more than
// most responses have.
func readHead(h http.Header) head {
	p := head{length: -1}
	for name, values := range h {
		if len(values) == 0 {
			continue
		}
		switch name {
		case "Content-Type":
			p.contentType = values[0]
		case "Content-Length":
			p.length = parseLength(values[0])
		case "Vary":
			p.vary = values
		case "Content-Encoding", "Content-Range", "Content-Digest", "Repr-Digest", "Digest", "Content-Md5":
			p.fixed = true
		case "Cache-Control":
			p.fixed = p.fixed || transformForbidden(values)
		case "Trailer":
			p.fixed = p.fixed || slices.ContainsFunc(digests, func(name string) bool { return lists(values, name) })
		}
	}
	return p
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

func parseLength(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}
