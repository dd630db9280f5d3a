package gateway

import (
	"net/url"
	"strings"
)

// Strip takes a mount point, in the form that [ParseMount] returns, off the
// path of u, as Fill does for the other gateways. It reports false, and leaves u
// alone, when the path is outside of the mount point.
func Strip(u *url.URL, mountPoint string) bool {
	below, ok := cutMount(u.EscapedPath(), strings.TrimSuffix(mountPoint, "/"))
	if ok {
		mount{below: below}.setPath(u)
	}
	return ok
}
