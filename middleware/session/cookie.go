package session

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// cookieForm is a cookie's name and its attributes but for Path and Max-Age.
type cookieForm struct {
	name       string
	attributes string
	secure     bool
	label      []byte // under which its value is sealed
}

// The limits of what is read and sent.
const (
	maxCookie  = 4096 // name and value: RFC 6265bis, section 5.6
	maxCookies = 1000 // in a request; browsers send at most some 180 to a site
	maxNamed   = 4    // of our name that are tried; different paths can have one each
)

// names fixes the cookie's names. They come from the configuration alone: if a
// request could choose, a page on plain HTTP could plant a session for TLS.
func (l *layer) names(cfg Config) {
	prefix := "__Host-"
	if cfg.MountPath || cfg.Domain != "" {
		prefix = "__Secure-"
	}
	attributes := "; HttpOnly; SameSite=Lax"
	switch cfg.SameSite {
	case http.SameSiteStrictMode:
		attributes = "; HttpOnly; SameSite=Strict"
	case http.SameSiteNoneMode:
		attributes = "; HttpOnly; SameSite=None"
	}
	if cfg.Domain != "" {
		attributes += "; Domain=" + cfg.Domain
	}
	l.cookie = newCookieForm(prefix+cfg.Name, "; Secure"+attributes, true)
	l.plain = newCookieForm(cfg.Name, attributes, false)
}

// newCookieForm makes the label of the name, so that a value that was sealed with
// the same keys under another name, such as that of plain HTTP, does not serve here.
func newCookieForm(name, attributes string, secure bool) cookieForm {
	return cookieForm{name, attributes, secure, []byte("cookie " + name)}
}

// form returns the cookie of this request.
func (l *layer) form(r *http.Request) *cookieForm {
	if r.TLS != nil || !l.cfg.DangerouslyAllowHTTP {
		return &l.cookie
	}
	l.logPlain.Do(func() {
		gangplank.From(r).Logger().Warn("session: cookie without Secure over plain HTTP: DangerouslyAllowHTTP is for development")
	})
	return &l.plain
}

var errTooMany = errors.New("session: more than 1000 cookies")

// cookies returns the values of the cookies of our name, at most four. Not
// http.Request.Cookies: it makes a list of all.
func (s *Session) cookies() (values [maxNamed]string, n int) {
	total, lines := 0, s.r.Header["Cookie"]
	for _, line := range lines {
		if total += 1 + strings.Count(line, ";"); total > maxCookies {
			s.reject(errTooMany)
			return values, 0
		}
	}
	name := s.layer.form(s.r).name
	for _, line := range lines {
		for more := true; more && n < maxNamed; {
			var pair string
			pair, line, more = strings.Cut(line, ";")
			pair = strings.Trim(pair, " ")
			if len(pair) > len(name) && pair[len(name)] == '=' && pair[:len(name)] == name {
				values[n] = pair[len(name)+1:]
				n++
			}
		}
	}
	s.sent = n > 0
	return values, n
}

// setCookie sends the session's cookie, for as long as the session lives if it
// is to outlive the browser. b has its name and value, and room for more.
func (s *Session) setCookie(w http.ResponseWriter, b []byte) []byte {
	maxAge := int64(0)
	if s.rec.until > 0 {
		maxAge = max(1, s.rec.until-s.rec.seen)
	}
	return s.sendCookie(w, b, maxAge)
}

// expireCookie has the browser forget the cookie. Only Destroy does that: the
// cookie of a session that is merely not found may have been replaced in the
// browser while this request was under way, by a log-in in another tab.
func (s *Session) expireCookie(w http.ResponseWriter) {
	s.sendCookie(w, []byte(s.layer.form(s.r).name+"="), -1)
}

// sendCookie completes the cookie in b and sends it. maxAge 0 is until the
// browser is closed, -1 the end.
func (s *Session) sendCookie(w http.ResponseWriter, b []byte, maxAge int64) []byte {
	b = append(append(b, "; Path="...), s.layer.path(s.r)...)
	if maxAge != 0 {
		b = strconv.AppendInt(append(b, "; Max-Age="...), max(0, maxAge), 10)
	}
	b = append(b, s.layer.form(s.r).attributes...)
	h := w.Header()
	addField(h, "Set-Cookie", string(b), &s.fields[0])
	s.protect(h)
	return b
}

// addField adds a value to a field. As a rule there is no other: then room is
// where it stands.
func addField(h http.Header, name, value string, room *[1]string) {
	if given := h[name]; len(given) > 0 {
		h[name] = append(given, value)
		return
	}
	room[0] = value
	h[name] = room[:]
}

// protect keeps shared caches from giving one visitor's cookie to others: RFC
// 9111, section 7.3, leaves that to the sender.
func (s *Session) protect(h http.Header) {
	given := h["Cache-Control"]
	if len(given) == 0 {
		addField(h, "Cache-Control", "private", &s.fields[1])
		return
	}
	for _, v := range given {
		if v = strings.ToLower(v); strings.Contains(v, "private") || strings.Contains(v, "no-store") {
			return
		}
	}
	h["Cache-Control"] = append(given[:len(given):len(given)], `no-cache="Set-Cookie"`)
}

// path returns the cookie's path.
func (l *layer) path(r *http.Request) string {
	if !l.cfg.MountPath {
		return "/"
	}
	mount := gangplank.From(r).Gateway().ScriptName
	if mount == "" {
		return "/"
	}
	// Browsers compare it with the path as it stands in the URL.
	return strings.ReplaceAll((&url.URL{Path: mount}).EscapedPath(), ";", "%3B")
}
