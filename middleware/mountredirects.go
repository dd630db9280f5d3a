package middleware

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// MountRedirects is for a handler that was not written for [gangplank.Redirect]:
// http.ServeMux, http.FileServer, somebody's application. URL.Path is the path
// below the mount point (the CGI script, http.StripPrefix), so that such a
// handler's redirect to "/login" would lead out of it; MountRedirects puts the
// mount point in front of a Location that is a path from the root.
//
//	r.Mount("/old", http.StripPrefix("/old", middleware.MountRedirects(legacy)))
//
// Relative references, other sites and paths that already begin with the mount
// point stay as they are. It stands directly around the foreign handler, inside of
// whatever strips prefixes; around handlers that use gangplank.Redirect it does
// nothing. Links in pages are not rewritten.
func MountRedirects(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		if mount := mountPoint(r, c); mount != "" {
			w.BeforeHead(func(_ int, h http.Header) { mountLocation(h, mount) })
		}
		next.ServeHTTP(w, r)
	})
}

// mountPoint returns what stands, in the path that the client sent, before the
// one that the handler gets; encoded, as a Location has it.
func mountPoint(r *http.Request, c *gangplank.Context) string {
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
	if strings.HasPrefix(mount, "//") { // the client chose it, and it would be a host
		mount = "/" + strings.TrimLeft(mount, "/")
	}
	mount = strings.TrimSuffix(mount, "/")
	return (&url.URL{Path: mount}).EscapedPath()
}

func mountLocation(h http.Header, mount string) {
	location := h.Get("Location")
	if !strings.HasPrefix(location, "/") || strings.HasPrefix(location, "//") {
		return
	}
	if rest, ok := strings.CutPrefix(location, mount); ok && (rest == "" || strings.IndexByte("/?#", rest[0]) >= 0) {
		return
	}
	h.Set("Location", mount+location)
}
