package compress

import (
	"net/http"

	"github.com/gangplank-web/gangplank"
)

// frontSuffixes are those of what compresses in front of this program. Apache's
// mod_deflate and mod_brotli make "abc-gzip" and "abc-br" of "abc", but hand
// If-None-Match on as it comes (bug 45023 of httpd), so that nothing would ever be
// found not to be modified. nginx makes tags weak, which is understood as it is.
var frontSuffixes = []string{suffix("gzip"), suffix("br")}

// confirming only translates the tags in conditional requests, and back in 304
// responses.
func (c *compressor) confirming(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		plain := c.withPlainTags(r)
		if plain == r {
			next.ServeHTTP(w, r)
			return
		}
		gangplank.AttachedFunc(func(w *gangplank.Writer, plain *http.Request, _ *gangplank.Context) {
			w.BeforeHead(func(status int, h http.Header) {
				if status == http.StatusNotModified {
					c.confirmTag(r, h)
				}
			})
			next.ServeHTTP(w, plain)
		}).ServeHTTP(w, plain)
	})
}
