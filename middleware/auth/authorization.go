package auth

import (
	"encoding/base64"
	"net/http"
	"strings"
	"unicode/utf8"
)

// authorization returns the credentials of r if they are of the scheme (RFC 9110,
// section 11.4). Two Authorization fields are none: which of them the front
// server looked at cannot be known.
func authorization(r *http.Request, scheme string) (credentials string, ok bool) {
	fields := r.Header["Authorization"]
	if len(fields) != 1 {
		return "", false
	}
	name, rest, _ := strings.Cut(fields[0], " ")
	if !strings.EqualFold(name, scheme) {
		return "", false
	}
	return strings.Trim(rest, " "), true
}

// parseBasic is RFC 7617, section 2: the name ends at the first colon, and
// neither part has control characters. We say that we take UTF-8.
func parseBasic(credentials string) (name, password string, ok bool) {
	if len(credentials) > maxBasic {
		return "", "", false
	}
	b, err := base64.StdEncoding.Strict().DecodeString(credentials)
	if err != nil || !utf8.Valid(b) {
		return "", "", false
	}
	name, password, ok = strings.Cut(string(b), ":")
	if !ok || hasControl(name) || hasControl(password) {
		return "", "", false
	}
	return name, password, true
}

// maxBasic is the length of the longest credentials that can be right.
const maxBasic = (maxName + 1 + MaxPassword + 2) / 3 * 4

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f })
}

// isToken68 is RFC 9110, section 11.2: what a bearer token is made of.
func isToken68(s string) bool {
	body := strings.TrimRight(s, "=")
	for i := range len(body) {
		c := body[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~+/", c) >= 0) {
			return false
		}
	}
	return body != ""
}

// isRealm reports whether s can stand in a quoted string as it is.
func isRealm(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
