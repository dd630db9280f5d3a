package cors

import (
	"slices"
	"strings"
)

// nameSet is the request headers that are allowed, in lower case.
type nameSet struct {
	any   bool
	names map[string]bool
	limit int // of a list that can be within the set
}

// maxEmpty is how many empty elements a list may have: proxies make some (RFC
// 9110, section 5.6.1.2), but nobody needs many.
const maxEmpty = 16

func newNameSet(names []string) (s nameSet) {
	s.names = make(map[string]bool, len(names))
	for _, name := range names {
		s.any = s.any || name == "*"
		s.names[strings.ToLower(name)] = true
	}
	for name := range s.names {
		s.limit += len(name) + len(" , ")
	}
	s.limit += maxEmpty * len(" , ")
	return s
}

// list is the value of Access-Control-Allow-Headers. The asterisk does not cover
// Authorization (Fetch, section 4.9), which has to be named beside it.
func (s nameSet) list() string {
	if !s.any {
		return strings.Join(sortedKeys(s.names), ",")
	}
	if s.names["authorization"] {
		return "*,authorization"
	}
	return "*"
}

// containsAll reports whether a request may carry the headers of an
// Access-Control-Request-Headers field. Browsers send each name once, in lower
// case, so that a list longer than the set can be refused unread: it takes an
// attacker's 10 000 commas no time at all.
func (s nameSet) containsAll(lines []string) bool {
	if s.any {
		return s.names["authorization"] || !namesAuthorization(lines)
	}
	size, empty := 0, 0
	for _, line := range lines {
		if size += len(line) + 1; size > s.limit+1 {
			return false
		}
		for name := range strings.SplitSeq(line, ",") {
			switch name = strings.Trim(name, " \t"); {
			case name == "":
				if empty++; empty > maxEmpty {
					return false
				}
			case !s.names[name]:
				return false
			}
		}
	}
	return true
}

// namesAuthorization looks at no more of a list than a browser would plausibly
// send; the browser itself refuses what the answer does not cover.
func namesAuthorization(lines []string) bool {
	for _, line := range lines[:min(len(lines), maxEmpty)] {
		for name := range strings.SplitSeq(line[:min(len(line), 4096)], ",") {
			if strings.Trim(name, " \t") == "authorization" {
				return true
			}
		}
	}
	return false
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for k := range set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
