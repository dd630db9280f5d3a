package gateway

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// mount says how a request's path is divided.
type mount struct {
	scriptName string // the decoded mount point
	below      string // what follows it in the escaped path
	decoded    bool   // below is the front server's decoded PATH_INFO instead
}

// setPath sets the path below the mount point. A request for the mount point
// itself has the path "/": http.StripPrefix would leave "", but with that
// http.ServeMux redirects to the "/" of the host, and net/http's server never
// gives an empty path either.
func (m mount) setPath(u *url.URL) {
	switch {
	case m.below == "":
		u.Path, u.RawPath = "/", ""
	case m.decoded:
		u.Path, u.RawPath = m.below, ""
	default:
		setPath(u, m.below)
	}
}

// findMount finds the mount point of an application from the request's path,
// escaped and decoded, and from what the front server said. In order:
//
//  1. Options.Mount. A path outside it is not ours: 404.
//  2. SCRIPT_NAME, if the path begins with it.
//  3. SCRIPT_NAME and the path PATH_INFO, if the front server had to normalise
//     the path to find them (quirk merged-path).
//  4. A front controller by mod_rewrite: the path ends with PATH_INFO, and the
//     mount point is what stands before it; without a PATH_INFO it is the
//     folder of SCRIPT_NAME, if the path is in there.
//  5. The root.
//
// All of them compare whole segments, in bytes: CVE-2026-27590 came from a path
// split after a change of case.
func (d *draft) findMount(escaped, decoded string) (mount, error) {
	if escaped == "*" {
		return mount{below: "*"}, nil
	}
	if d.Mount != "" {
		name := strings.TrimSuffix(d.Mount, "/")
		below, ok := cutMount(escaped, name)
		if !ok {
			return mount{}, &Error{http.StatusNotFound, "path " + quote(decoded) + " is outside of the mount point " + d.Mount}
		}
		return mount{scriptName: name, below: below}, nil
	}
	if d.scriptName == "" {
		return mount{below: escaped}, nil
	}
	if m, ok := d.mountByScript(escaped, decoded); ok {
		return m, nil
	}
	if m, ok := d.mountByFrontController(escaped, decoded); ok {
		return m, nil
	}
	return mount{below: escaped}, nil
}

func (d *draft) mountByScript(escaped, decoded string) (mount, bool) {
	if !validMount(d.scriptName) {
		return mount{}, false
	}
	if below, ok := cutMount(escaped, d.scriptName); ok {
		return mount{scriptName: d.scriptName, below: below}, true
	}
	if d.normalized && isOdd(decoded) && normalize(decoded) == d.scriptName+d.pathInfo {
		return mount{scriptName: d.scriptName, below: d.pathInfo, decoded: true}, true
	}
	return mount{}, false
}

func (d *draft) mountByFrontController(escaped, decoded string) (mount, bool) {
	name := ""
	if d.pathInfo == "" {
		name = d.scriptName[:strings.LastIndexByte(d.scriptName, '/')+1]
	} else {
		before, ok := strings.CutSuffix(decoded, d.pathInfo)
		if !ok && d.normalized {
			before, ok = strings.CutSuffix(normalize(decoded), d.pathInfo)
		}
		if !ok || d.pathInfo[0] != '/' {
			return mount{}, false
		}
		name = before
	}
	name = strings.TrimRight(name, "/")
	if !validMount(name) {
		return mount{}, false
	}
	below, ok := cutMount(escaped, name)
	return mount{scriptName: name, below: below}, ok
}

// cutMount returns what follows the decoded mount point name in an escaped
// path, if the path is name or something below it.
func cutMount(escaped, name string) (below string, ok bool) {
	i := 0
	for j := 0; j < len(name); j++ {
		if i >= len(escaped) {
			return "", false
		}
		c := escaped[i]
		i++
		if c == '%' {
			c = unhex(escaped[i])<<4 | unhex(escaped[i+1])
			i += 2
		}
		if c != name[j] {
			return "", false
		}
	}
	below = escaped[i:]
	return below, below == "" || below[0] == '/' || len(below) >= 3 && strings.EqualFold(below[:3], "%2f")
}

// unhex gives the value of a hexadecimal digit.
func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

// validMount reports whether a path may be a mount point. It ends up in links
// and redirects, and some fronts let the client decide over its beginning
// (Caddy and HAProxy do not normalise: /%2Fevil.example/app.cgi/x), so that
// nothing passes which a browser could take for another host or another folder.
// The root, "", is one.
func validMount(name string) bool {
	if name == "" {
		return true
	}
	return name[0] == '/' && name[len(name)-1] != '/' && !isOdd(name) && !hasControl(name) && !strings.Contains(name, `\`)
}

// isOdd reports whether normalize would change a decoded path.
func isOdd(p string) bool {
	return strings.Contains(p, "//") || strings.Contains(p, "/.") && normalize(p) != p
}

// normalize merges slashes and resolves dot segments, as front servers do
// before they look for the program.
func normalize(p string) string {
	clean := path.Clean(p)
	if clean != "/" && (strings.HasSuffix(p, "/") || strings.HasSuffix(p, "/.") || strings.HasSuffix(p, "/..")) {
		clean += "/"
	}
	return clean
}

// ParseMount checks a mount point that a user set: an absolute path, "/" or ""
// for the root. It returns what Options.Mount wants.
func ParseMount(s string) (string, error) {
	name := strings.TrimSuffix(s, "/")
	if !validMount(name) {
		return "", fmt.Errorf("mount point %q: want an absolute path such as /app, without empty or dot segments", s)
	}
	return name + "/", nil
}
