package errorpage

import (
	"net/http"
	"strconv"
	"strings"
)

// format is a form of page, in the order of preference where the client has none.
type format int

const (
	asText format = iota // first: curl and CGI programs' other callers say */* or nothing
	asHTML
	asProblem
	asMarkdown
)

// ranges are the media ranges that mean a format, the most specific first.
var ranges = map[format][]string{
	asHTML:     {"text/html", "application/xhtml+xml", "text/*", "*/*"},
	asProblem:  {"application/problem+json", "application/json", "application/*", "*/*"},
	asMarkdown: {"text/markdown", "text/x-markdown", "text/*", "*/*"},
	asText:     {"text/plain", "text/*", "*/*"},
}

// formatFor chooses by Accept (RFC 9110, section 12.5.1). Nothing that is
// acceptable is no reason for a 406: an error is better told in the wrong form.
func formatFor(r *http.Request) format {
	accepted := parseAccept(r.Header.Values("Accept"))
	best, bestQ := asText, accepted.quality(asText)
	for _, f := range []format{asHTML, asProblem, asMarkdown} {
		if q := accepted.quality(f); q > bestQ {
			best, bestQ = f, q
		}
	}
	return best
}

type acceptable map[string]float64

// maxRanges bounds what is read of a header of thousands.
const maxRanges = 64

func parseAccept(fields []string) acceptable {
	a := make(acceptable)
	for _, item := range strings.SplitN(strings.Join(fields, ","), ",", maxRanges) {
		name, params, _ := strings.Cut(item, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" {
			continue
		}
		q := 1.0
		for param := range strings.SplitSeq(params, ";") {
			if v, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(param)), "q="); ok {
				q, _ = strconv.ParseFloat(v, 64) // garbage is not wanted
			}
		}
		a[name] = max(a[name], q)
	}
	return a
}

// quality is that of the most specific range for f. Of two that are as good, the
// one that was named itself wins over one that only a wildcard includes.
func (a acceptable) quality(f format) float64 {
	for _, name := range ranges[f] {
		if q, ok := a[name]; ok {
			if q > 0 && !strings.Contains(name, "*") {
				q += 0.0001
				if f != asText { // what scripts add to what they want
					q += 0.0001
				}
			}
			return q
		}
	}
	return 0
}
