package gateway

import (
	"net/http"
	"net/textproto"
)

// setHeader builds r.Header. Its values share one block, each in a slice of
// capacity one: an append by the handler moves that field alone.
func (d *draft) setHeader(r *http.Request) error {
	own := d.ownFields(r)
	n := len(d.fields)
	for i := range own {
		if own[i].Value != "" {
			n++
		}
	}
	b := fields{header: make(http.Header, n), values: make([]string, 0, n), refuseRepeated: d.refuseRepeated}
	for _, f := range d.fields {
		if d.skipField(f.Name, f.Value) {
			continue
		}
		if err := b.add(fieldName(f.Name), f.Value); err != nil {
			return err
		}
	}
	for i := range own {
		if own[i].Value == "" {
			continue
		}
		if err := b.add(own[i].Name, own[i].Value); err != nil {
			return err
		}
	}
	fixPragma(b.header)
	r.Header = b.header
	return nil
}

// ownFields lists the fields that do not come as HTTP_*; those without a value
// are not there.
func (d *draft) ownFields(r *http.Request) (own [4]Variable) {
	own[0] = Variable{"Content-Type", d.contentType}
	if d.contentType == "" {
		own[0].Value = d.headerType
	}
	if d.saidLength(r) {
		own[1] = Variable{"Content-Length", d.contentLength}
	}
	own[2] = Variable{"Authorization", d.substituteAuthorization}
	own[3] = Variable{"Cookie", d.substituteCookie}
	return own
}

// skipField reports whether a field is not the handler's.
func (d *draft) skipField(name, value string) bool {
	switch name {
	case "PROXY":
		return true // httpoxy, CVE-2016-5386: it has no meaning in a request but to poison HTTP_PROXY
	case "TRANSFER_ENCODING": // the body is decoded already; nginx and Apache pass the field on all the same
		return true
	case "TRAILER": // net/http removes it from a chunked request; no gateway protocol carries the trailer itself
		return d.chunked
	case "AUTHORIZATION", "COOKIE":
		return value == "" // from a SetEnvIf or RewriteRule that always sets the variable
	}
	return false
}

// fields builds a header map.
type fields struct {
	header http.Header
	values []string // never grows beyond its capacity: the fields' slices point into it

	refuseRepeated bool
}

// add adds a field. Fronts send fields that came several times as one variable
// joined, or as several variables; it must not matter which.
func (b *fields) add(name, value string) error {
	if name == "" {
		return nil
	}
	if !validFieldValue(value) {
		return badRequest("bad character in the value of header field " + name) // not the value: it may be a password
	}
	value = textproto.TrimString(value)
	if old, ok := b.header[name]; ok {
		if b.refuseRepeated {
			return badRequest("two header fields in one variable: " + name)
		}
		separator := ", "
		if name == "Cookie" {
			separator = "; " // RFC 9113, section 8.2.3: the one field whose list is not joined by a comma
		}
		old[0] += separator + value
		return nil
	}
	n := len(b.values)
	b.values = append(b.values, value)
	b.header[name] = b.values[n : n+1 : n+1]
	return nil
}

// validFieldValue is net/http's test (httpguts.ValidHeaderFieldValue): no
// control characters but the tab.
func validFieldValue(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// fixPragma does what net/http does to each request: RFC 9111, section 5.4,
// asks to treat Pragma: no-cache like Cache-Control: no-cache.
func fixPragma(h http.Header) {
	if pragma := h["Pragma"]; len(pragma) > 0 && pragma[0] == "no-cache" {
		if _, ok := h["Cache-Control"]; !ok {
			h["Cache-Control"] = []string{"no-cache"}
		}
	}
}
