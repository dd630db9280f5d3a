package errorpage

import (
	"net/http"

	"github.com/gangplank-web/gangplank/middleware/internal/accept"
)

// format is a form of page, in the order of preference where the client has none.
type format int

const (
	asText format = iota // first: curl and CGI programs' other callers say */* or nothing
	asHTML
	asProblem
	asMarkdown
)

// types are the media types that mean a format.
var types = map[format][]string{
	asHTML:     {"text/html", "application/xhtml+xml"},
	asProblem:  {"application/problem+json", "application/json", "application/*+json"},
	asMarkdown: {"text/markdown", "text/x-markdown"},
	asText:     {"text/plain"},
}

// contentTypes are what a page says that it is.
var contentTypes = [...]string{
	asText:     "text/plain; charset=utf-8",
	asHTML:     "text/html; charset=utf-8",
	asProblem:  "application/problem+json",
	asMarkdown: "text/markdown; charset=utf-8",
}

// formatFor chooses by Accept (RFC 9110, section 12.5.1). Nothing that is
// acceptable is no reason for a 406: an error is better told in the wrong form.
func formatFor(r *http.Request) format {
	lines := r.Header["Accept"]
	best, bestQ := asText, quality(lines, asText)
	for _, f := range []format{asHTML, asProblem, asMarkdown} {
		if q := quality(lines, f); q > bestQ {
			best, bestQ = f, q
		}
	}
	return best
}

// quality is how much the client wants a format. Of two that are as good, the one
// that was named itself wins over one that only a wildcard includes, and that over
// text, which is what scripts add to what they want.
func quality(lines []string, f format) int {
	for _, name := range types[f] {
		weight, named := accept.Media(lines, name)
		switch {
		case !named:
			continue
		case weight > 0 && f != asText:
			return 10*weight + 2
		case weight > 0:
			return 10*weight + 1
		}
		return 0
	}
	weight, _ := accept.Media(lines, types[f][0])
	return 10 * weight
}
