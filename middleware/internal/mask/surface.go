package mask

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
)

// Reasons that are given in more than one place.
const (
	whyName    = "the name says secret"
	whyCookie  = "a long cookie"
	whyCode    = "an authorization code"
	whyCommand = "a command's password"
)

// maxParts is how many cookies of a field, or parameters of a URL, are looked
// at; what comes after them is not shown.
const maxParts = 200

// Value masks a value that goes by a name: a field of a header or form, a
// variable, an attribute.
func (m *Masker) Value(where, name, value string) string {
	switch {
	case value == "" || m.allowed[value]:
		return value
	case m.secretBy(name, value):
		return m.hide(where+" "+name, whyName, value)
	case isCode(name, value):
		return m.hide(where+" "+name, whyCode, value)
	}
	return m.Text(where+" "+name, value)
}

// Header masks the value of a header field. Of credentials the scheme stays.
func (m *Masker) Header(name, value string) string {
	const where = "header"
	switch http.CanonicalHeaderKey(name) {
	case "Cookie", "Set-Cookie":
		return m.cookies(name, value)
	case "Authorization", "Proxy-Authorization", "Www-Authenticate":
		scheme, rest, ok := strings.Cut(value, " ")
		if !ok {
			return m.hide(where+" "+name, "credentials", value)
		}
		m.learnCredentials(scheme, rest)
		return scheme + " " + m.hide(where+" "+name, "credentials", rest)
	case "Referer", "Location", "Origin":
		return m.URL(where+" "+name, value)
	}
	return m.Value(where, name, value)
}

// learnCredentials learns, of Basic, the password too: messages quote it plain.
func (m *Masker) learnCredentials(scheme, credentials string) {
	const why = "credentials"
	switch strings.ToLower(scheme) {
	case "basic":
		if plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(credentials)); err == nil {
			_, password, _ := strings.Cut(string(plain), ":")
			m.learn(why, password)
			m.learn(why, string(plain))
		}
		fallthrough
	case "bearer", "negotiate", "ntlm", "digest", "dpop", "token", "apikey":
		m.learn(why, credentials)
	}
}

// cookies masks a Cookie field, pair by pair, or a Set-Cookie field, of which
// only the first pair is a cookie.
func (m *Masker) cookies(field, value string) string {
	parts := strings.SplitN(shorten(value), ";", maxParts+1)
	for i, part := range parts {
		if i == maxParts {
			parts[i] = "[...]"
			break
		}
		if http.CanonicalHeaderKey(field) == "Set-Cookie" && i > 0 {
			parts[i] = m.Text("cookie", part)
			continue
		}
		if name, v, ok := strings.Cut(part, "="); ok {
			parts[i] = name + "=" + m.Cookie(strings.TrimSpace(name), v)
			continue
		}
		space := part[:len(part)-len(strings.TrimLeft(part, " "))]
		parts[i] = space + m.Cookie("without a name", part[len(space):])
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
		return m.hide("cookie "+name, whyCookie, value)
	}
	return m.Value("cookie", name, value)
}

// URL masks a URL or request target: its password, the parameters of its query
// and fragment, and what has a secret's shape.
func (m *Masker) URL(where, raw string) string {
	head, query, found := strings.Cut(shorten(raw), "?")
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
	pairs := strings.SplitN(query, "&", maxParts+1)
	oauth := strings.Contains(query, "state=")
	for i, pair := range pairs {
		if i == maxParts {
			pairs[i] = "[...]"
			break
		}
		pairs[i] = m.pair(where, pair, oauth)
	}
	return strings.Join(pairs, "&")
}

// pair masks one parameter of a query. One with a state beside it comes from an
// authorization server, and its code is a secret however short.
func (m *Masker) pair(where, pair string, oauth bool) string {
	name, value, ok := strings.Cut(pair, "=")
	if plain, err := url.QueryUnescape(name); err == nil && ok {
		switch {
		case m.secretBy(plain, value):
			return name + "=" + m.hide(where+" parameter "+plain, whyName, value)
		case isCode(plain, value) || oauth && strings.EqualFold(plain, "code"):
			return name + "=" + m.hide(where+" parameter "+plain, whyCode, value)
		}
	}
	masked := m.Text(where, pair)
	if plain, err := url.QueryUnescape(pair); err == nil && plain != pair && masked == pair {
		if m.Text(where, plain) != plain { // a secret that the escaping had disguised
			return name + "=" + m.hide(where+" parameter "+name, "an escaped secret", value)
		}
	}
	return masked
}

// isCode tells the code of OAuth 2.0 (RFC 6749, section 4.1.2) from a code that
// people read: it is long and has digits.
func isCode(name, value string) bool {
	return strings.EqualFold(name, "code") && len(value) >= 10 && strings.ContainsAny(value, "0123456789")
}
