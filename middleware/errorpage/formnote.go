package errorpage

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// partlyRead says that fields are not all of the form in r's body: what ParseForm
// cannot read, such as a pair with a semicolon, it leaves out, and only its caller
// has the error. The body is read by now, but its length is known: whatever client
// has made it, the fields alone have hardly ever that length.
func partlyRead(r *http.Request, fields url.Values) string {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != urlencoded || r.ContentLength <= 0 {
		return ""
	}
	for _, e := range encoders {
		most, names := e.length(fields)
		if n := r.ContentLength; n <= most && n >= most-names {
			return ""
		}
	}
	return fmt.Sprintf("The body's %d bytes are not these fields alone: a part could not be read, or the handler has changed them.", r.ContentLength)
}

// encoder is a way in which clients write a form.
type encoder struct {
	bare  string // what is written as it is, besides letters, digits and -._
	space int    // bytes that a blank becomes
}

var encoders = []encoder{
	{"*", 1},      // browsers, by the URL standard
	{"~", 1},      // url.Values.Encode
	{"~", 3},      // curl --data-urlencode: RFC 3986
	{"~*!'()", 3}, // encodeURIComponent
	{"~*!'()", 1}, // likewise, with + for blanks
	{everything, 1},
}

// everything is for bodies that somebody has typed in, who escapes nothing.
const everything = "everything"

// length is that of the form, and how many bytes less it may have: a name without
// a value needs no "=".
func (e encoder) length(fields url.Values) (most, names int64) {
	for name, values := range fields {
		for _, v := range values {
			most += e.escaped(name) + e.escaped(v) + int64(len("&="))
			if v == "" {
				names++
			}
		}
	}
	return max(most-1, 0), names
}

func (e encoder) escaped(s string) int64 {
	var n int
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			n += e.space
		case e.bare == everything || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._"+e.bare, c) >= 0:
			n++
		default:
			n += 3
		}
	}
	return int64(n)
}
