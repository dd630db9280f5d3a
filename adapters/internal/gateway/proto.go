package gateway

import (
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// setProto sets the protocol fields. A front that does not name the protocol is
// taken to speak HTTP/1.0, the least.
func (d *draft) setProto(r *http.Request) error {
	switch d.protocol {
	case "HTTP/1.1":
		r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/1.1", 1, 1
		return nil
	case "HTTP/2.0", "HTTP/2":
		r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/2.0", 2, 0
		return nil
	case "HTTP/3.0", "HTTP/3":
		r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/3.0", 3, 0
		return nil
	case "HTTP/1.0", "", "INCLUDED": // INCLUDED: from a server-side include, RFC 3875, section 4.1.16; golang.org/issue/70416
		r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/1.0", 1, 0
		return nil
	}
	major, minor, ok := http.ParseHTTPVersion(d.protocol)
	if !ok {
		return badRequest("bad SERVER_PROTOCOL " + quote(d.protocol))
	}
	r.Proto, r.ProtoMajor, r.ProtoMinor = d.protocol, major, minor
	return nil
}

// validMethod is net/http's test: the method is a token.
func validMethod(method string) bool {
	if method == "" {
		return false
	}
	for i := 0; i < len(method); i++ {
		if c := method[i]; !foldedTokenByte(c) && c != '-' && !('a' <= c && c <= 'z') {
			return false
		}
	}
	return true
}

// setLength sets ContentLength. The protocol's own end of the stream decides in
// the end where the body stops; this is what was announced.
func (d *draft) setLength(r *http.Request) error {
	if d.contentLength == "" {
		if d.hasLength && d.Disable&QuirkContentLength != 0 {
			return badRequest("empty CONTENT_LENGTH")
		}
		if (d.BodyToEOF || d.ChunkedToEOF && d.chunked) && !d.NoBody {
			r.ContentLength = -1
		}
		return nil
	}
	n, err := strconv.ParseUint(d.contentLength, 10, 63)
	if err != nil || !isDigit(d.contentLength[0]) {
		return badRequest("bad CONTENT_LENGTH " + quote(d.contentLength))
	}
	if d.NoBody {
		return nil
	}
	// A front that says something else than the client may mean how much has
	// arrived so far (quirk nginx-scgi-length). A refused upload is better than
	// one that is silently cut.
	if d.headerLength != "" && d.headerLength != d.contentLength && !d.chunked {
		return badRequest("CONTENT_LENGTH " + d.contentLength + " is not the client's Content-Length " + quote(d.headerLength))
	}
	r.ContentLength = int64(n)
	return nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// saidLength reports whether the handler is to see a Content-Length field. Most
// fronts make up CONTENT_LENGTH=0 for a request that had no body; a client says
// 0 only with a method for which a body means something (RFC 9110, section
// 8.6).
func (d *draft) saidLength(r *http.Request) bool {
	switch {
	case d.contentLength == "" || d.NoBody || d.chunked:
		return false
	case r.ContentLength > 0 || d.headerLength != "":
		return true
	}
	return r.Method == "POST" || r.Method == "PUT" || r.Method == "PATCH"
}

// wantsClose reports what net/http has in Request.Close.
func wantsClose(r *http.Request) bool {
	if r.ProtoMajor != 1 {
		return r.ProtoMajor < 1
	}
	connection := r.Header["Connection"]
	if HasToken(connection, "close") {
		return true
	}
	return r.ProtoMinor == 0 && !HasToken(connection, "keep-alive")
}

// HasToken reports whether a field that is a list, such as Connection, has a token
// in one of its values, in any case.
func HasToken(values []string, token string) bool {
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(textproto.TrimString(part), token) {
				return true
			}
		}
	}
	return false
}

// quote quotes what came from outside for an error's text, cut to a bearable length.
func quote(s string) string {
	const most = 64
	if len(s) > most {
		return strconv.Quote(s[:most]) + "..."
	}
	return strconv.Quote(s)
}
