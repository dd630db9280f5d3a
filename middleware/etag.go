package middleware

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// ETag gives responses without an ETag one, made from their bytes, if they fit
// into 64 KiB: 200 answers to GET and HEAD whose handler returns before it has
// flushed anything. Streams and larger bodies pass untouched. Left alone is what is
// marked no-store, what has a Set-Cookie and so is somebody's own, and what offers
// ranges (Accept-Ranges), as of a file: whoever answers to those has to know the tag.
//
// It costs memory of the body's size and some 30 us for 64 KiB, and saves nothing
// by itself: [ConditionalGET] further outside makes use of it.
//
//	r.Use(middleware.ConditionalGET, compress.New(compress.Config{}), middleware.ETag)
//
// The tag is a strong one: the same bytes, of the same type and coding. A layer
// outside that changes the bytes has to change the tag as well, as our
// compression does.
func ETag(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			w.Hold(maxTagged)
			head := r.Method == http.MethodHead
			w.BeforeHead(func(status int, h http.Header) {
				if body, whole := w.Held(); whole && status == http.StatusOK && taggable(h, len(body), head) {
					h["Etag"] = []string{entityTag(h, body)}
				}
			})
			next.ServeHTTP(w, r)
		}).ServeHTTP(w, r)
	})
}

const maxTagged = 64 << 10

// taggable reports whether a response whose whole body has n bytes may be tagged.
// A handler may declare a length and write less, or nothing for HEAD: those bytes
// are not the body then.
func taggable(h http.Header, n int, head bool) bool {
	if _, set := h["Etag"]; set || head && n == 0 || len(h["Set-Cookie"]) > 0 || offersRanges(h) {
		return false
	}
	if declared := h.Get("Content-Length"); declared != "" && declared != strconv.Itoa(n) {
		return false
	}
	for _, line := range h["Cache-Control"] {
		if strings.Contains(strings.ToLower(line), "no-store") {
			return false
		}
	}
	return true
}

// offersRanges reports whether the handler answers Range and If-Match itself. It would
// find that a tag of ours is not its own: 412 for an If-Match that is right, and parts
// without the tag that the whole had (RFC 9110, section 15.3.7).
func offersRanges(h http.Header) bool {
	unit := h.Get("Accept-Ranges")
	return unit != "" && unit != "none"
}

// entityTag is a hash of the body and of what tells how to understand it. Whoever
// can write a page could make two of one tag with a weaker hash.
func entityTag(h http.Header, body []byte) string {
	hash := sha256.New()
	for _, name := range []string{"Content-Type", "Content-Encoding", "Content-Language"} {
		_, _ = hash.Write([]byte(h.Get(name) + "\x00"))
	}
	_, _ = hash.Write(body)
	var sum [sha256.Size]byte
	return `"` + base64.RawURLEncoding.EncodeToString(hash.Sum(sum[:0])[:16]) + `"`
}
