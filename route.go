package gangplank

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
)

// Route is a registered route.
type Route struct {
	router  *Router
	method  string // "" for all
	pattern string // below the router
	name    string
	mount   bool

	compiled atomic.Pointer[compiledPattern]
}

// compiledPattern is a full pattern taken apart. A later mount changes the
// pattern, and so makes a new one.
type compiledPattern struct {
	pattern  string
	segments []segment
}

func (t *Route) segments() []segment {
	pattern := t.Pattern()
	c := t.compiled.Load()
	if c == nil || c.pattern != pattern {
		c = &compiledPattern{pattern, parsePattern(pattern)}
		t.compiled.Store(c)
	}
	return c.segments
}

// Name names the route, for [URL] and templates. Names are shared by all Routers
// that are mounted in one another; one used twice panics.
func (t *Route) Name(name string) *Route {
	t.router.root().addName(name, t)
	t.name = name
	return t
}

// GetName returns the route's name, or "".
func (t *Route) GetName() string { return t.name }

// Method returns the route's method, or "" for a route of all methods.
func (t *Route) Method() string { return t.method }

// Pattern returns the route's pattern with the prefixes of all Routers that it
// is mounted below: "/admin/users/{id}".
func (t *Route) Pattern() string {
	pattern := t.pattern
	for r := t.router.tree(); r.parent != nil; r = r.parent.tree() {
		pattern = strings.TrimSuffix(r.prefix, "/") + pattern
	}
	return pattern
}

// segment is a part of a pattern: literal text, a parameter, or the wildcard.
type segment struct {
	literal string         // escaped
	param   string         // "*" for the wildcard
	expr    string         // of a parameter with an expression
	match   *regexp.Regexp // expr, for the whole of a value
}

// parsePattern splits chi's pattern: "/users/{id:[0-9]+}/files/*".
func parsePattern(pattern string) []segment {
	var segments []segment
	for pattern != "" {
		i := strings.IndexAny(pattern, "{*")
		if i < 0 {
			return append(segments, segment{literal: escapePath(pattern)})
		}
		if i > 0 {
			segments = append(segments, segment{literal: escapePath(pattern[:i])})
		}
		if pattern[i] == '*' {
			return append(segments, segment{param: "*"})
		}
		end := closingBrace(pattern, i)
		name, expr, _ := strings.Cut(pattern[i+1:end], ":")
		s := segment{param: name}
		if expr != "" {
			s.expr, s.match = expr, regexp.MustCompile("^(?:"+expr+")$")
		}
		segments = append(segments, s)
		pattern = pattern[end+1:]
	}
	return segments
}

// closingBrace finds the end of the parameter that begins at i; expressions may
// contain braces. chi has checked at registration that there is one.
func closingBrace(pattern string, i int) int {
	depth := 0
	for j := i; j < len(pattern); j++ {
		switch pattern[j] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return len(pattern) - 1
}

// path builds the route's path, escaped, from pairs of parameter and value.
func (t *Route) path(params []any) (string, error) {
	if len(params)%2 != 0 {
		return "", fmt.Errorf("parameters must come as pairs of name and value, got %d", len(params))
	}
	var b strings.Builder
	used := 0
	for _, s := range t.segments() {
		if s.param == "" {
			b.WriteString(s.literal)
			continue
		}
		value, ok := lookup(params, s.param)
		if !ok {
			if s.param == "*" {
				continue // the wildcard also matches nothing
			}
			return "", fmt.Errorf("parameter %q is missing", s.param)
		}
		escaped, err := s.escape(value)
		if err != nil {
			return "", err
		}
		b.WriteString(escaped)
		used++
	}
	if used*2 < len(params) {
		return "", fmt.Errorf("%s has no parameter %q", t.Pattern(), t.unknown(params))
	}
	return b.String(), nil
}

// escape checks and escapes a value: one that the route would not match, or
// would match as something else, is an error and not a broken link.
func (s *segment) escape(value string) (string, error) {
	if s.param == "*" {
		for part := range strings.SplitSeq(value, "/") {
			if part == "." || part == ".." {
				return "", fmt.Errorf("parameter %q: %q would be resolved as a relative path", s.param, value)
			}
		}
		return escapePath(value), nil
	}
	if value == "" {
		return "", fmt.Errorf("parameter %q is empty", s.param)
	}
	if s.match != nil && !s.match.MatchString(value) {
		return "", fmt.Errorf("parameter %q: %q does not match %s", s.param, value, s.expr)
	}
	if value == "." || value == ".." {
		return "", fmt.Errorf("parameter %q: %q would be resolved as a relative path", s.param, value)
	}
	return url.PathEscape(value), nil
}

// escapePath escapes a path and keeps its slashes.
func escapePath(path string) string { return (&url.URL{Path: path}).EscapedPath() }

func lookup(params []any, name string) (string, bool) {
	for i := 0; i < len(params); i += 2 {
		if params[i] == name {
			return fmt.Sprint(params[i+1]), true
		}
	}
	return "", false
}

// unknown finds the parameter that the route does not have.
func (t *Route) unknown(params []any) any {
	for i := 0; i < len(params); i += 2 {
		known := false
		for _, s := range t.segments() {
			known = known || s.param != "" && params[i] == s.param
		}
		if !known {
			return params[i]
		}
	}
	return params[0] // given twice
}
