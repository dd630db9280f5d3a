package middleware

import (
	"net/http"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mount"
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
		if mount := mount.Point(r, c); mount != "" {
			w.BeforeHead(func(_ int, h http.Header) { mountLocation(h, mount) })
		}
		next.ServeHTTP(w, r)
	})
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
