// Package mask hides secrets in what people are about to be shown: by the name
// that a value goes by, by the shape that it has, and wherever a value that was
// hidden once turns up again.
package mask

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Hidden says what a Masker has hidden, and why.
type Hidden struct {
	Where string // "header Authorization", "message"
	Why   string // "the name", "JSON Web Token"
	Times int
}

// Masker hides secrets and keeps account of it. It is not safe for concurrent
// use. The zero Masker is ready.
type Masker struct {
	Names []string // words besides the known ones, in lower case

	known   map[string]string // values that were hidden, and the reason
	allowed map[string]bool
	hidden  map[[2]string]int
}

// Text masks one text on its own, such as an error's message for a log line, by
// the shapes in it.
func Text(text string) string { return new(Masker).Text("text", text) }

// minKnown is the length from which a hidden value is looked for elsewhere: a
// shorter one would be found in half of all words.
const minKnown = 5

// maxText is how much of one text is looked at and shown.
const maxText = 16 << 10

// Allow exempts values that only look like secrets, such as request ids.
func (m *Masker) Allow(values ...string) {
	if m.allowed == nil {
		m.allowed = make(map[string]bool)
	}
	for _, v := range values {
		m.allowed[v] = v != ""
	}
}

// Hidden returns what has been hidden so far, sorted.
func (m *Masker) Hidden() []Hidden {
	var all []Hidden
	for k, n := range m.hidden {
		all = append(all, Hidden{k[0], k[1], n})
	}
	slices.SortFunc(all, func(a, b Hidden) int {
		return cmp.Or(cmp.Compare(a.Where, b.Where), cmp.Compare(a.Why, b.Why))
	})
	return all
}

// Forget forgets the account, but not the values: for a second pass that finds
// them everywhere.
func (m *Masker) Forget() { m.hidden = nil }

// hide notes that secret was hidden and returns what stands in its place.
func (m *Masker) hide(where, why, secret string) string {
	if secret == "" {
		return ""
	}
	if m.hidden == nil {
		m.hidden = make(map[[2]string]int)
	}
	m.hidden[[2]string{where, why}]++
	m.learn(why, secret)
	return "[hidden: " + why + "]"
}

func (m *Masker) learn(why, secret string) {
	if len(secret) < minKnown || len(secret) > maxText || m.allowed[secret] || common[strings.ToLower(secret)] {
		return
	}
	if m.known == nil {
		m.known = make(map[string]string)
	}
	m.known[secret] = why
	if plain, err := url.QueryUnescape(secret); err == nil && len(plain) >= minKnown {
		m.known[plain] = why
	}
	m.known[url.QueryEscape(secret)] = why
}

// common are values that stand in secret places and are no secrets.
var common = map[string]bool{"false": true, "basic": true, "bearer": true, "digest": true, "undefined": true, "enabled": true, "disabled": true}

// Value masks a value that goes by a name: a field of a header or form, a
// variable, an attribute.
func (m *Masker) Value(where, name, value string) string {
	if value == "" || m.allowed[value] {
		return value
	}
	if m.secretName(name) {
		return m.hide(where+" "+name, whyName, value)
	}
	return m.Text(where+" "+name, value)
}

const whyName = "the name says secret"

// Header masks the value of a header field. Of credentials the scheme stays.
func (m *Masker) Header(name, value string) string {
	const where = "header"
	switch http.CanonicalHeaderKey(name) {
	case "Cookie", "Set-Cookie":
		return m.cookies(name, value)
	case "Authorization", "Proxy-Authorization", "Www-Authenticate":
		if scheme, rest, ok := strings.Cut(value, " "); ok {
			return scheme + " " + m.hide(where+" "+name, "credentials", rest)
		}
		return m.hide(where+" "+name, "credentials", value)
	case "Referer", "Location", "Origin":
		return m.URL(where+" "+name, value)
	}
	return m.Value(where, name, value)
}

// cookies masks a Cookie field, pair by pair, or a Set-Cookie field, of which
// only the first pair is a cookie.
func (m *Masker) cookies(field, value string) string {
	parts := strings.Split(value, ";")
	for i, part := range parts {
		if field == "Set-Cookie" && i > 0 {
			break
		}
		name, v, ok := strings.Cut(part, "=")
		if ok {
			parts[i] = name + "=" + m.Cookie(strings.TrimSpace(name), v)
		}
	}
	return strings.Join(parts, ";")
}

// cookieLength is where a cookie's value begins to be one that could identify
// its bearer.
const cookieLength = 12

// Cookie masks a cookie's value: unlike other values, a long one is hidden
// whatever its name and shape.
func (m *Masker) Cookie(name, value string) string {
	if len(value) >= cookieLength && !m.secretName(name) {
		return m.hide("cookie "+name, "a long cookie", value)
	}
	return m.Value("cookie", name, value)
}

// URL masks a URL or request target: its password, the parameters of its query
// and fragment, and what has a secret's shape.
func (m *Masker) URL(where, raw string) string {
	head, query, found := strings.Cut(raw, "?")
	head = m.Text(where, head)
	if !found {
		return head
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	head += "?" + m.query(where, query)
	if hasFragment {
		head += "#" + m.query(where, fragment)
	}
	return head
}

func (m *Masker) query(where, query string) string {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil && ok && m.secretName(plain) {
			pairs[i] = name + "=" + m.hide(where+" parameter "+plain, whyName, value)
			continue
		}
		masked := m.Text(where, pair)
		if plain, err := url.QueryUnescape(pair); err == nil && plain != pair && masked == pair {
			if m.Text(where, plain) != plain { // a secret that the escaping had disguised
				masked = name + "=" + m.hide(where+" parameter "+name, "an escaped secret", value)
			}
		}
		pairs[i] = masked
	}
	return strings.Join(pairs, "&")
}

// Text masks what in a text has a secret's shape, or has been hidden before.
func (m *Masker) Text(where, text string) string { return m.text(where, text, shapes()) }

// Source is Text for program text, in which `password = r.FormValue("p")` is no
// secret, but `password = "hunter2"` is.
func (m *Masker) Source(where, text string) string { return m.text(where, text, sourceShapes()) }

func (m *Masker) text(where, text string, shapes []shape) string {
	if len(text) > maxText { // cut between words: half a secret has no shape
		text = text[:maxText]
		text = text[:max(strings.LastIndexAny(text, " \t\n"), maxText-1024)] + "[...]"
	}
	text = m.again(where, text)
	for _, s := range shapes {
		text = s.replace(text, func(found string) string {
			if m.allowed[found] || strings.Contains(found, "[hidden: ") {
				return found
			}
			return m.hide(where, s.why, found)
		})
	}
	return text
}

// again hides known values, the longest first, so that one that contains
// another leaves no rest.
func (m *Masker) again(where, text string) string {
	var found []string
	for secret := range m.known {
		if strings.Contains(text, secret) {
			found = append(found, secret)
		}
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
	for _, secret := range found {
		if strings.Contains(text, secret) {
			text = strings.ReplaceAll(text, secret, m.hide(where, m.known[secret], secret))
		}
	}
	return text
}
