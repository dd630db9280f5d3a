package middleware

import (
	"net/http"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// NoCache forbids all caches, the browser's too, to store the response: it sends
// Cache-Control: no-store (RFC 9111, section 5.2.2.5), in place of whatever the
// handler says, and removes the fields that would tell some cache otherwise:
// Expires, and those that overrule Cache-Control in caches that know them: all that
// are called Something-Cache-Control (RFC 9213), Surrogate-Control, Akamai's
// Edge-Control and nginx's X-Accel-Expires.
//
// It is for what is personal or changes with each request. Where a copy may be
// kept if it is asked about each time, "no-cache" set by the handler, with
// [ConditionalGET], saves the bandwidth. Pragma is not sent: it is defined for
// requests only.
//
// It may stand anywhere outside of the handlers it is for.
func NoCache(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
		w.BeforeHead(forbidCaching)
		next.ServeHTTP(w, r)
	})
}

func forbidCaching(_ int, h http.Header) {
	for name := range h {
		if name == "Expires" || overrulesCacheControl(name) {
			delete(h, name)
		}
	}
	h["Cache-Control"] = []string{"no-store"}
}

// overrulesCacheControl recognises the fields of one cache, or of one kind of them
// (RFC 9213, section 2).
func overrulesCacheControl(name string) bool {
	switch name {
	case "Surrogate-Control", "Edge-Control", "X-Accel-Expires":
		return true
	}
	return strings.HasSuffix(name, "-Cache-Control")
}
