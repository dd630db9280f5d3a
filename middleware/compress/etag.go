package compress

import (
	"maps"
	"net/http"
	"strings"

	"github.com/gangplank-web/gangplank/middleware/internal/accept"
)

// A strong entity tag stands for the very bytes, so that of an encoded body has
// to be another than that of the plain one (RFC 9110, section 8.8.3.3, shows just
// this): "abc" becomes "abc-gzip". The handler knows only "abc"; so that it still
// can say 304, or see in an If-Match that the client has its current version, it
// is told "abc" as well wherever the client says "abc-gzip". Not so in If-Range,
// whose parts are of the plain body. A weak tag stands for the encoded body as
// well as for the plain one, and stays.
//
// With padding the bytes are never the same twice: the tag is made weak instead.

// encodedTag is a tag of the handler's as it is sent with an encoded body.
func (c *compressor) encodedTag(tag string, coding int) string {
	switch {
	case !isStrong(tag):
		return tag
	case c.padding > 0:
		return "W/" + tag
	}
	return tag[:len(tag)-1] + c.suffixes[coding]
}

// suffix ends the tag of a body in that coding.
func suffix(coding string) string { return "-" + coding + `"` }

func isStrong(tag string) bool { return len(tag) >= 2 && tag[0] == '"' && tag[len(tag)-1] == '"' }

// confirmTag gives a 304 response the tag by which the client knows the page.
func (c *compressor) confirmTag(r *http.Request, h http.Header) {
	noneMatch, tags := r.Header["If-None-Match"], h["Etag"]
	if len(noneMatch) == 0 || len(tags) == 0 || !isStrong(tags[0]) {
		return
	}
	coding, _ := accept.Encoding(r.Header["Accept-Encoding"], c.names)
	if known := c.knownTag(tags[0], noneMatch, coding); known != tags[0] {
		h["Etag"] = []string{known}
	}
}

// knownTag is the tag for a 304 response: in the form in which the client has
// it, since a cache that knows only "abc-gzip" could not tell what "abc" confirms
// (RFC 9111, section 4.3.4). Of several forms that of the coding comes first that
// would be used now.
func (c *compressor) knownTag(tag string, noneMatch []string, coding int) string {
	if coding >= 0 {
		if known := find(noneMatch, c.encodedTag(tag, coding)); known != "" {
			return known
		}
	}
	if known := find(noneMatch, tag); known != "" {
		return known
	}
	for i := range c.suffixes {
		if known := find(noneMatch, c.encodedTag(tag, i)); known != "" {
			return known
		}
	}
	return tag
}

// find returns tag as it stands in lines, where a front server that compresses
// as well may have made it weak, or "".
func find(lines []string, tag string) string {
	tag = strings.TrimPrefix(tag, "W/")
	for _, line := range lines {
		for found := range tags(line) {
			if strings.TrimPrefix(found, "W/") == tag {
				return found
			}
		}
	}
	return ""
}

// withPlainTags returns r, or, if the client names tags of encoded bodies, a copy
// in which their plain forms are named as well. The outer layers keep the request
// as it was received.
func (c *compressor) withPlainTags(r *http.Request) *http.Request {
	copied := r
	for _, name := range [...]string{"If-None-Match", "If-Match"} {
		known := r.Header[name]
		plain := c.plainTags(known)
		if plain == nil {
			continue
		}
		if copied == r {
			copied = new(http.Request)
			*copied = *r
			copied.Header = maps.Clone(r.Header)
		}
		// In one line: net/http reads no more than the first.
		copied.Header[name] = []string{strings.Join(append(plain, known...), ", ")}
	}
	return copied
}

// plainTags returns the plain forms of the encoded tags in lines.
func (c *compressor) plainTags(lines []string) (plain []string) {
	for _, line := range lines {
		for tag := range tags(line) {
			for _, suffix := range c.suffixes {
				if body, ok := strings.CutSuffix(tag, suffix); ok {
					plain = append(plain, body+`"`)
				}
			}
		}
	}
	return plain
}

// tags yields the entity tags of a list, which may contain commas, up to the first
// that is none: net/http reads no further, and must not meet one of ours there
// that is as bad.
func tags(line string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for {
			line = strings.TrimLeft(line, ", \t")
			n := tagLen(line)
			if n == 0 || !yield(line[:n]) {
				return
			}
			line = line[n:]
		}
	}
}

// tagLen is the length of the entity tag that s begins with, or 0 (RFC 9110,
// section 8.8.3).
func tagLen(s string) int {
	opaque, ok := strings.CutPrefix(strings.TrimPrefix(s, "W/"), `"`)
	if !ok {
		return 0
	}
	for i := range len(opaque) {
		switch c := opaque[i]; {
		case c == '"':
			return len(s) - len(opaque) + i + 1
		case c <= ' ' || c == 0x7F:
			return 0
		}
	}
	return 0
}
