// Package respond encodes the head of a response for the gateways whose answer
// is that of RFC 3875, section 6: CGI, FastCGI, SCGI and uwsgi; AJP, which has
// codes in place of names, takes the same cleaned fields from [Fields].
//
// Everything appends to a slice of the caller's and allocates nothing for a
// header of up to 32 names. No Date is written: the web server writes it.
package respond

import (
	"net/http"
	"strconv"
)

// AppendHead appends the head in CGI form: a Status field, the cleaned fields
// of h, and the empty line.
//
// Status is written for 200 as well: without it a Location field turns the
// answer into an internal redirect, a 302 or a 200, depending on the server.
func AppendHead(dst []byte, status int, h http.Header) []byte {
	dst = append(dst, "Status: "...)
	dst = appendStatus(dst, status)
	return appendFields(dst, status, h)
}

// AppendRawHead appends the head in the form of HTTP/1.1, with a status line in
// place of the Status field: for non-parsed-header CGI programs and for uwsgi,
// where Apache insists on it and nginx would pass a Status field to the client.
func AppendRawHead(dst []byte, status int, h http.Header) []byte {
	dst = append(dst, "HTTP/1.1 "...)
	dst = appendStatus(dst, status)
	return appendFields(dst, status, h)
}

func appendStatus(dst []byte, status int) []byte {
	dst = strconv.AppendInt(dst, int64(status), 10)
	dst = append(dst, ' ')
	dst = append(dst, Reason(status)...)
	return append(dst, "\r\n"...)
}

func appendFields(dst []byte, status int, h http.Header) []byte {
	for name, value := range Fields(status, h) {
		dst = append(dst, name...)
		dst = append(dst, ": "...)
		dst = append(dst, value...)
		dst = append(dst, "\r\n"...)
	}
	return append(dst, "\r\n"...)
}

// Reason returns the reason phrase that the heads carry for status: never an
// empty one, and for an unregistered code the one that net/http makes up.
func Reason(status int) string {
	if text := http.StatusText(status); text != "" {
		return text
	}
	return "status code " + strconv.Itoa(status)
}

// Declared returns the number of body bytes that a response with this head
// owes its client: its Content-Length, or 0 if it has none or must not have a
// body (RFC 9110, sections 8.6 and 15.4.5). Ask when the head goes out, since
// the handler may change h afterwards.
//
// A response that ends with fewer bytes has to be broken off: mod_fcgid and
// mod_proxy_uwsgi pass the length on unchecked, and the client would take the
// next response for the rest of this one. The opposite, too many bytes, never
// gets past gangplank.Writer.
func Declared(method string, status int, h http.Header) int64 {
	if method == http.MethodHead || !BodyAllowed(status) {
		return 0
	}
	n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// BodyAllowed reports whether a response with this status may have a body.
func BodyAllowed(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}
