package respond

import (
	"net/http"
	"net/textproto"
	"slices"
	"strings"
)

// Trailers returns the names of the fields in h that the handler has set to be sent
// behind the body, by either of net/http's ways, sorted. None of the gateways has a
// place for them.
func Trailers(h http.Header) (names []string) {
	for _, list := range h["Trailer"] {
		for name := range strings.SplitSeq(list, ",") {
			name = http.CanonicalHeaderKey(textproto.TrimString(name))
			if len(h[name]) > 0 {
				names = append(names, name)
			}
		}
	}
	for name := range h {
		if name, ok := strings.CutPrefix(name, http.TrailerPrefix); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
