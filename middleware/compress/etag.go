package compress

import (
	"maps"
	"net/http"
	"slices"
	"strings"
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

func isStrong(tag string) bool { return len(tag) >= 2 && tag[0] == '"' && tag[len(tag)-1] == '"' }

// knownTag is the tag for a 304 response: in the form in which the client has
// it, since a cache that knows only "abc-gzip" could not tell what "abc" confirms
// (RFC 9111, section 4.3.4). Of several forms that of the coding comes first that
// would be used now.
func (c *compressor) knownTag(tag string, noneMatch []string, coding int) string {
	if coding >= 0 && lists(noneMatch, c.encodedTag(tag, coding)) {
		return c.encodedTag(tag, coding)
	}
	if !lists(noneMatch, tag) {
		for i := range c.names {
			if encoded := c.encodedTag(tag, i); lists(noneMatch, encoded) {
				return encoded
			}
		}
	}
	return tag
}

func lists(lines []string, tag string) bool {
	for _, line := range lines {
		for found := range tags(line) {
			if found == tag {
				return true
			}
		}
	}
	return false
}

// withPlainTags returns r, or, if the client names tags of encoded bodies, a copy
// in which their plain forms are named as well. The outer layers keep the request
// as it was received.
func (c *compressor) withPlainTags(r *http.Request) *http.Request {
	copied := r
	for _, name := range [...]string{"If-None-Match", "If-Match"} {
		plain := c.plainTags(r.Header[name])
		if plain == nil {
			continue
		}
		if copied == r {
			copied = new(http.Request)
			*copied = *r
			copied.Header = maps.Clone(r.Header)
		}
		copied.Header[name] = slices.Concat(r.Header[name], plain)
	}
	return copied
}

// plainTags returns a line of the plain forms of the encoded tags in lines.
func (c *compressor) plainTags(lines []string) []string {
	var plain []string
	for _, line := range lines {
		for tag := range tags(line) {
			for _, suffix := range c.suffixes {
				if body, ok := strings.CutSuffix(tag, suffix); ok {
					plain = append(plain, body+`"`)
				}
			}
		}
	}
	if plain == nil {
		return nil
	}
	return []string{strings.Join(plain, ", ")}
}

// tags yields the entity tags of a list, which may contain commas.
func tags(line string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for {
			line = strings.TrimLeft(line, ", \t")
			start := 0
			if strings.HasPrefix(line, "W/") {
				start = len("W/")
			}
			if !strings.HasPrefix(line[start:], `"`) {
				return
			}
			end := strings.IndexByte(line[start+1:], '"')
			if end < 0 {
				return
			}
			end += start + 2
			if !yield(line[:end]) {
				return
			}
			line = line[end:]
		}
	}
}
