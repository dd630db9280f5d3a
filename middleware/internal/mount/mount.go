// Package mount finds the mount point as one layer of a chain sees it.
package mount

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// Point returns what stands, in the path that the client sent, before the one
// that r has; encoded, as a Location has it. It is empty at the root, never ends
// in a slash and never begins with two. Where a layer has cleaned the path, as
// "/x/../a" to "/a", the client's "/x/.." is no mount, and cleaned as well.
//
// Context.MountPoint is the Router's, and differs where a layer stands outside
// of the Router or a prefix has been stripped between them.
func Point(r *http.Request, c *gangplank.Context) string {
	if rest, ok := strings.CutPrefix(r.RequestURI, r.URL.Path); ok && r.URL.Path != "" && (rest == "" || rest[0] == '?') {
		return "" // the usual case costs nothing
	}
	mount := c.MountPoint()
	if full, err := url.ParseRequestURI(r.RequestURI); err == nil {
		below := r.URL.Path
		if below == "/" && !strings.HasSuffix(full.Path, "/") {
			below = "" // the mount point itself, asked for without a slash
		}
		if before, ok := strings.CutSuffix(full.Path, below); ok {
			mount = before
		}
	}
	if mount == "" {
		return ""
	}
	mount = strings.TrimSuffix(path.Clean(mount), "/") // "//example.com" would be a host
	return (&url.URL{Path: mount}).EscapedPath()
}
