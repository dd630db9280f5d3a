package gateway

import (
	"net/http"
	"strings"
)

// maxFields bounds the header fields of one request. Apache allows 100 by
// default, and net/http nothing but its limit in bytes; a thousand is beyond
// any client and keeps the header map small when a protocol's own limit in
// bytes is generous.
const maxFields = 1000

// draft is what the variables say, as far as it matters for the request, before
// and while the quirks are repaired. A variable that came twice counts with its
// last value, as nginx users expect who override a parameter of an included
// file.
type draft struct {
	*Options

	method, uri, query, protocol string
	scriptName, pathInfo         string
	hasPathInfo                  bool
	serverName, serverPort       string
	software                     string
	front                        front // read from software
	https, scheme                string
	remoteAddr, remotePort       string

	contentType, contentLength string
	headerType, headerLength   string // HTTP_CONTENT_TYPE, HTTP_CONTENT_LENGTH
	hasLength                  bool   // CONTENT_LENGTH is there, perhaps empty
	chunked                    bool   // the client sent a Transfer-Encoding

	authority    string // of a REQUEST_URI in absolute form
	host         string
	hasHost      bool // HTTP_HOST is there, perhaps empty
	hostConflict bool // it is there with different values
	forwarded    bool // a proxy stands before the front server

	hasAuthorization, hasCookie               bool   // the fields came under their right names, and not empty
	redirectAuth, bareAuth, bareCookie        string // what some fronts send in their stead
	substituteAuthorization, substituteCookie string // what a quirk made of that

	normalized     bool // the front server's idea of the path counts where REQUEST_URI has to be normalised
	refuseRepeated bool // a header field that comes twice is two fields

	fields []Variable // the header fields, HTTP_ cut off, but for those above
}

// usualFields is how many header fields a draft keeps room for.
const usualFields = 32

// release gives d back.
func (d *draft) release() {
	clear(d.fields)
	room := d.fields[:0]
	if cap(room) > usualFields {
		room = nil
	}
	*d = draft{fields: room}
	drafts.Put(d)
}

// scan reads all variables once.
func (d *draft) scan(src Source) error {
	for pos := 0; ; {
		name, value, next, ok := src.Pair(pos)
		if !ok {
			break
		}
		pos = next
		field, isField := strings.CutPrefix(name, "HTTP_")
		var err error
		if isField {
			err = d.scanField(field, value)
		} else {
			err = d.scanMeta(name, value)
		}
		if err != nil {
			return err
		}
	}
	if len(d.fields) > maxFields {
		return &Error{http.StatusRequestHeaderFieldsTooLarge, "too many header fields"}
	}
	return nil
}

// scanMeta takes a variable that is not a header field. The compiler makes of
// the switch a search by length and then by value.
func (d *draft) scanMeta(name, value string) error {
	switch name {
	case "REQUEST_METHOD":
		d.method = value
	case "REQUEST_URI":
		d.uri = value
	case "QUERY_STRING":
		d.query = value
	case "SCRIPT_NAME":
		d.scriptName = value
	case "PATH_INFO":
		d.pathInfo, d.hasPathInfo = value, true
	case "SERVER_PROTOCOL":
		d.protocol = value
	case "SERVER_NAME":
		d.serverName = value
	case "SERVER_PORT":
		d.serverPort = value
	case "SERVER_SOFTWARE":
		d.software, d.front = value, frontOf(value)
	case "HTTPS":
		d.https = value
	case "REQUEST_SCHEME":
		d.scheme = value
	case "REMOTE_ADDR":
		d.remoteAddr = value
	case "REMOTE_PORT":
		d.remotePort = value
	case "CONTENT_TYPE":
		d.contentType = value
	case "CONTENT_LENGTH":
		// Two lengths are two opinions on where the body ends: request
		// smuggling starts with that.
		if d.hasLength && d.contentLength != value {
			return badRequest("conflicting CONTENT_LENGTH " + quote(d.contentLength) + " and " + quote(value))
		}
		d.contentLength, d.hasLength = value, true
	case "REDIRECT_HTTP_AUTHORIZATION", "REDIRECT_REDIRECT_HTTP_AUTHORIZATION":
		d.redirectAuth = value
	case "Authorization":
		d.bareAuth = value
	case "COOKIE":
		d.bareCookie = value
	}
	return nil
}

// scanField takes a header field's variable, HTTP_ cut off. Host is not in the
// header, as net/http does it; of type and length the variables without HTTP_
// decide; see ownFields.
func (d *draft) scanField(name, value string) error {
	switch name {
	case "HOST":
		d.hostConflict = d.hostConflict || d.hasHost && d.host != value
		d.host, d.hasHost = value, true
		return nil
	case "CONTENT_LENGTH":
		if d.headerLength != "" && d.headerLength != value {
			return badRequest("conflicting Content-Length fields")
		}
		d.headerLength = value
		return nil
	case "CONTENT_TYPE":
		d.headerType = value
		return nil
	case "TRANSFER_ENCODING":
		d.chunked = true
	case "AUTHORIZATION":
		d.hasAuthorization = d.hasAuthorization || value != ""
	case "COOKIE":
		d.hasCookie = d.hasCookie || value != ""
	case "FORWARDED", "X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PORT", "X_FORWARDED_PROTO":
		d.forwarded = true
	}
	d.fields = append(d.fields, Variable{name, value})
	return nil
}
