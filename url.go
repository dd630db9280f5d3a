package gangplank

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// URL returns the path of a named route, with the mount point in front and the
// parameters, given as pairs of name and value, escaped:
//
//	gangplank.URL(r, "page", "name", "Front Page")
//	// "/pages/Front%20Page", or "/cgi-bin/wiki.cgi/pages/Front%20Page" under CGI
//
// Values are formatted as by fmt.Sprint. An unknown route, and a parameter that
// is missing, unknown, empty or does not match the route's expression, is a
// mistake in the program: URL panics, naming both. For names and values that
// come from data there is [URLFor].
func URL(r *http.Request, route string, params ...any) string {
	u, err := URLFor(r, route, params...)
	if err != nil {
		panic(err.Error())
	}
	return u
}

// URLFor is [URL] that returns an error instead of panicking.
func URLFor(r *http.Request, route string, params ...any) (string, error) {
	c := From(r)
	t, routed := c.lookup(route)
	if t == nil {
		return "", fmt.Errorf("gangplank: URL: there is no route %q", route)
	}
	p, err := t.path(params)
	if err != nil {
		return "", fmt.Errorf("gangplank: URL of route %q: %w", route, err)
	}
	u := escapePath(c.before(routed)) + p
	if strings.HasPrefix(u, "//") { // a host, for whoever follows it
		return "", fmt.Errorf("gangplank: URL of route %q: %q leads to another host", route, u)
	}
	return u, nil
}

// MountPoint returns the path, decoded, that stands before the paths of the
// Router's routes in the client's address bar: the gateway's ScriptName, and
// what http.StripPrefix or the mount of a chi.Mux has taken since. It is empty
// at the root, never ends in a slash and never begins with two.
func (c *Context) MountPoint() string {
	c.mu.Lock()
	e := c.routing.entry
	if inner := c.routing.inner; inner != nil { // the nearest Router, as for names
		e = *inner
	}
	c.mu.Unlock()
	if e.router == nil {
		return trimMount(c.Gateway().ScriptName)
	}
	return c.before(e.path)
}

// before returns what stands before routed, the path that a Router was given, in
// the path that the client sent. Where that is not its tail, because a
// middleware has rewritten the path, the gateway's word is all there is.
func (c *Context) before(routed string) string {
	full := requestPath(c.subject.RequestURI)
	decoded := unescape(full)
	switch {
	case full == "":
	case strings.HasSuffix(decoded, routed):
		return trimMount(decoded[:len(decoded)-len(routed)])
	case strings.HasSuffix(full, routed): // chi routed the encoded path
		return trimMount(unescape(full[:len(full)-len(routed)]))
	}
	return trimMount(c.Gateway().ScriptName)
}

// trimMount makes a mount point what can stand before a path. The client chose what
// it has besides names: "//example.com" would make every link one to another host,
// and the "/x/.." of a path that a middleware has cleaned is no mount at all.
func trimMount(mount string) string {
	if mount == "" {
		return ""
	}
	return strings.TrimSuffix(path.Clean(mount), "/")
}

// requestPath returns the raw path of a request target: origin-form or, from a
// proxy's client, absolute-form (RFC 9112, section 3.2).
func requestPath(target string) string {
	target, _, _ = strings.Cut(target, "?")
	if !strings.HasPrefix(target, "/") {
		_, rest, _ := strings.Cut(target, "://")
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			return rest[i:]
		}
		return ""
	}
	return target
}

func unescape(p string) string {
	if u, err := url.PathUnescape(p); err == nil {
		return u
	}
	return p
}

// Redirect is http.Redirect for an application that may be mounted anywhere. A
// target that begins with a single slash is a path below the mount point; one
// that already begins with the mount point, as the result of [URL] does, is left
// alone, and so is everything with a scheme or host. Other targets are relative
// to the request's path.
//
// A target that a client chose must be checked before: "//example.com" leads
// elsewhere.
func Redirect(w http.ResponseWriter, r *http.Request, target string, code int) {
	mount := escapePath(From(r).MountPoint())
	switch u, err := url.Parse(target); {
	case err != nil || u.Scheme != "" || u.Host != "" || mount == "":
	case strings.HasPrefix(u.EscapedPath(), "/"):
		if !within(u.EscapedPath(), mount) {
			target = mount + target
		}
	default: // net/http resolves it against URL.Path, which lacks the mount
		target = mount + resolve(r.URL.EscapedPath(), target)
	}
	http.Redirect(w, r, target, code)
}

// resolve makes a relative reference absolute, as http.Redirect does.
func resolve(base, target string) string {
	rest := ""
	if i := strings.IndexAny(target, "?#"); i >= 0 {
		target, rest = target[:i], target[i:]
	}
	if target == "" {
		return base + rest
	}
	dir, _ := path.Split(base)
	clean := path.Clean("/" + dir + target)
	if strings.HasSuffix(target, "/") && clean != "/" {
		clean += "/"
	}
	return clean + rest
}

// within reports whether path p is mount or lies below it.
func within(p, mount string) bool {
	return strings.HasPrefix(p, mount) && (len(p) == len(mount) || p[len(mount)] == '/')
}
