package auth

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/gangplank-web/gangplank"
)

const maxReturnPath = 2048

// here returns the path and query that r was sent to, as the client wrote them,
// if the way may lead back there; else "".
func here(r *http.Request) string {
	target := r.RequestURI
	if target == "" { // made by a test, or by another handler
		target = r.URL.RequestURI()
	}
	if !safeReturn(target, gangplank.From(r).MountPoint()) {
		return ""
	}
	return target
}

// safeReturn reports whether target, which a client has chosen, is a path of this
// site at or below mount: nothing that a browser takes for another host ("//host",
// "/\host", "/<tab>/host"), nothing that dot segments lead out of the mount point.
func safeReturn(target, mount string) bool {
	if len(target) == 0 || len(target) > maxReturnPath || target[0] != '/' || strings.HasPrefix(target, "//") {
		return false
	}
	for i := range len(target) {
		if c := target[i]; c <= ' ' || c >= 0x7f || c == '\\' {
			return false
		}
	}
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return false
	}
	if strings.ContainsAny(u.Path, "\\\r\n\t\x00") { // for whoever decodes before following
		return false
	}
	clean := path.Clean(u.Path)
	return !strings.Contains(u.Path, "//") && (clean == mount || strings.HasPrefix(clean, mount+"/"))
}
