package gateway

import (
	"net/http"
	"net/url"
	"strings"
)

// setURL sets RequestURI to what the client asked for, and URL to the part of
// it below the mount point. Scheme and Host stay empty even for a request
// target in absolute form, which net/http would leave there: for a gateway it
// is no proxy request.
func (q *Request) setURL(r *http.Request, d *draft) (scriptName string, err error) {
	uri := d.requestURI()
	if hasControl(uri) {
		return "", badRequest("control character in REQUEST_URI")
	}
	path, query, hasQuery := strings.Cut(uri, "?")
	path, err = d.cutAuthority(path)
	if err != nil {
		return "", err
	}
	decoded, err := url.PathUnescape(path)
	if err != nil {
		return "", badRequest("bad escape in REQUEST_URI " + quote(uri))
	}
	m, err := d.findMount(path, decoded)
	if err != nil {
		return "", err
	}
	q.url.RawQuery = query
	q.url.ForceQuery = hasQuery && query == ""
	m.setPath(&q.url)
	r.URL = &q.url
	r.RequestURI = uri
	return m.scriptName, nil
}

// requestURI is the raw request target. Without REQUEST_URI (fcgiwrap, IIS,
// tools like cgi-fcgi) it is put together again from the decoded parts.
func (d *draft) requestURI() string {
	if d.uri != "" {
		return d.uri
	}
	path := d.scriptName + d.pathInfo
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	path = (&url.URL{Path: path}).EscapedPath()
	if d.query != "" {
		path += "?" + d.query
	}
	return path
}

// cutAuthority takes scheme and authority off a request target in absolute form
// and keeps the authority for Host. Only "*" and an absolute path are left:
// net/http's server takes no other form either, but for CONNECT, which no
// gateway protocol can carry.
func (d *draft) cutAuthority(target string) (path string, err error) {
	if target == "*" || strings.HasPrefix(target, "/") {
		return target, nil
	}
	scheme, rest, ok := strings.Cut(target, "://")
	if !ok || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return "", badRequest("bad REQUEST_URI " + quote(target))
	}
	authority, path := rest, "/"
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	d.authority = authority
	return path, nil
}

// hasControl is net/url's test for a URL.
func hasControl(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7f {
			return true
		}
	}
	return false
}

// setPath sets Path and RawPath from an escaped path as url.Parse does: RawPath
// only where the default encoding of Path is another.
func setPath(u *url.URL, escaped string) {
	u.Path, u.RawPath = escaped, ""
	if isPlain(escaped) {
		return
	}
	u.Path, _ = url.PathUnescape(escaped) // setURL has checked it
	if u.EscapedPath() != escaped {
		u.RawPath = escaped
	}
}

// isPlain reports whether a path is sure to be its own encoding: it holds
// nothing but what most paths are made of.
func isPlain(path string) bool {
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '/', c == '-', c == '.', c == '_', c == '~':
		default:
			return false
		}
	}
	return true
}
