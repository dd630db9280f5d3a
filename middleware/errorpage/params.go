package errorpage

import (
	"net/http"
	"net/url"
	"strings"
)

// params are the parameters of the route, each with its value of r. A layer between
// may have gone on with a copy of the request, which has them; after a panic only
// the path still does.
func params(pattern string, r *http.Request) []Field {
	var out []Field
	segments := strings.Split(pattern, "/")
	path := strings.SplitN(r.URL.EscapedPath(), "/", len(segments)+1)
	for i, segment := range segments {
		names := paramNames(segment)
		if len(names) == 0 && (i >= len(path) || path[i] != segment) {
			path = nil // it is not the one that was routed
		}
		for _, name := range names {
			p := Field{name, r.PathValue(name)}
			if p.Value == "" && len(names) == 1 && i < len(path) {
				p.Value = valueIn(path[i], segment)
			}
			out = append(out, p)
		}
	}
	return out
}

// paramNames are the names in a pattern: "/pages/{name}/{revision:[0-9]{2,4}}".
func paramNames(pattern string) []string {
	var names []string
	for part := range strings.SplitSeq(pattern, "{") {
		end := strings.IndexAny(part, ":}")
		if end > 0 && strings.Trim(part[:end], "0123456789,") != "" { // not a count in a regular expression
			names = append(names, part[:end])
		}
	}
	return names
}

// valueIn is the value of the one parameter of a pattern's segment: "{name}.html".
func valueIn(text, segment string) string {
	before, _, _ := strings.Cut(segment, "{")
	after := segment[strings.LastIndexByte(segment, '}')+1:]
	text = strings.TrimSuffix(strings.TrimPrefix(text, before), after)
	if decoded, err := url.PathUnescape(text); err == nil {
		return decoded
	}
	return text
}
