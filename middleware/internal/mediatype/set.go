// Package mediatype is about the media types of what is sent: which of them are
// worth compressing, for layers that compress responses and those that compress
// files.
package mediatype

import (
	"net/textproto"
	"strings"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// eventStream is for whoever waits for single small events. Its encoder would be
// held, with up to a MiB, as long as somebody listens, so no wildcard means it.
const eventStream = "text/event-stream"

// Set is a set of media types. The zero Set is empty.
type Set struct {
	whole    []string // "application/json"
	families []string // "text/"
	suffixes []string // "+json"
	events   bool     // text/event-stream was named
}

// Parse compiles patterns, "text/html", "text/*" or "*+json", and returns those
// that are none.
func Parse(patterns []string) (s Set, bad []string) {
	for _, p := range patterns {
		lower := strings.ToLower(p)
		family, sub, ok := strings.Cut(lower, "/")
		switch {
		case strings.HasPrefix(lower, "*+") && IsToken(lower[2:]):
			s.suffixes = append(s.suffixes, lower[1:])
		case ok && sub == "*" && IsToken(family):
			s.families = append(s.families, family+"/")
		case lower == eventStream:
			s.events = true
		case ok && IsToken(family) && IsToken(sub):
			s.whole = append(s.whole, lower)
		default:
			bad = append(bad, p)
		}
	}
	return s, bad
}

// Has reports whether a Content-Type is in the set, whatever its parameters.
func (s *Set) Has(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = textproto.TrimString(media)
	if equal(media, eventStream) {
		return s.events
	}
	for _, family := range s.families {
		if len(media) > len(family) && strings.EqualFold(media[:len(family)], family) {
			return true
		}
	}
	for _, whole := range s.whole { // few have the same length: that beats a map
		if equal(media, whole) {
			return true
		}
	}
	for _, suffix := range s.suffixes {
		if len(media) > len(suffix) && strings.EqualFold(media[len(media)-len(suffix):], suffix) {
			return true
		}
	}
	return false
}

func equal(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

// IsToken is RFC 9110, section 5.6.2, without "*", which is a pattern here.
func IsToken(s string) bool { return settings.IsToken(s) && !strings.Contains(s, "*") }
