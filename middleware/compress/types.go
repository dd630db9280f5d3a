package compress

import (
	"net/textproto"
	"strings"
)

// DefaultTypes returns the media types that are compressed when a Config names
// none: those that are text by nature, and the few binary ones that are not
// compressed by themselves. Images, audio, video, archives, PDF, WOFF and WOFF2
// are, and would only grow.
func DefaultTypes() []string {
	return []string{
		"text/*", "*+json", "*+xml", "*+text", "*+yaml",
		"application/json", "application/x-ndjson", "application/xml", "application/javascript", "application/x-javascript",
		"application/ecmascript", "application/rtf", "application/sql", "application/toml", "application/yaml", "application/graphql",
		"application/x-www-form-urlencoded", "application/wasm", "application/vnd.ms-fontobject", "application/x-font-ttf",
		"font/ttf", "font/otf", "font/collection", "image/bmp", "image/x-icon", "image/vnd.microsoft.icon",
	}
}

// eventStream is for whoever waits for single small events; see Config.Types.
const eventStream = "text/event-stream"

// mediaTypes is an allow-list.
type mediaTypes struct {
	whole    map[string]bool // "application/json"
	families []string        // "text/"
	suffixes []string        // "+json"
}

// parseTypes compiles patterns, and returns those that are none.
func parseTypes(patterns []string) (t mediaTypes, bad []string) {
	t.whole = make(map[string]bool, len(patterns))
	for _, p := range patterns {
		lower := strings.ToLower(p)
		family, sub, ok := strings.Cut(lower, "/")
		switch {
		case strings.HasPrefix(lower, "*+") && isToken(lower[2:]):
			t.suffixes = append(t.suffixes, lower[1:])
		case ok && sub == "*" && isToken(family):
			t.families = append(t.families, family+"/")
		case ok && isToken(family) && isToken(sub):
			t.whole[lower] = true
		default:
			bad = append(bad, p)
		}
	}
	return t, bad
}

// match reports whether a response of that Content-Type is to be compressed.
func (t *mediaTypes) match(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(textproto.TrimString(media)) // allocates only where there is something to lower
	if t.whole[media] {
		return true
	}
	if media == eventStream {
		return false
	}
	for _, family := range t.families {
		if strings.HasPrefix(media, family) {
			return true
		}
	}
	for _, suffix := range t.suffixes {
		if strings.HasSuffix(media, suffix) {
			return true
		}
	}
	return false
}

// isToken is RFC 9110, section 5.6.2, without "*", which is a pattern here.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("!#$%&'+-.^_`|~", c) >= 0) {
			return false
		}
	}
	return s != ""
}
