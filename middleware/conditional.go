package middleware

import (
	"net/http"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// ConditionalGET answers 304 Not Modified in place of a response that the client
// has already: when the ETag or Last-Modified of a 200 answer to GET or HEAD says
// so to the request's If-None-Match or If-Modified-Since (RFC 9110, section 13).
//
// It acts when the head goes out, so the handler does its work all the same, and
// only the bytes are saved; what it writes after that goes nowhere. A handler
// without validators gets them from [ETag], further inside. The preconditions of
// changes, If-Match and If-Unmodified-Since, are the handler's: only it can check
// them before it changes anything.
//
// It stands outside of [ETag], and outside of compression (package compress), which
// has tags of its own for what it encodes:
//
//	r.Use(middleware.ConditionalGET, compress.New(compress.Config{}), middleware.ETag)
//
// Inside of it, a 304 that comes of If-Modified-Since has the tag of the plain page,
// which a cache that holds the encoded one cannot tell from that of another version
// (RFC 9111, section 4.3.4). A session still sends its cookie with a 304.
func ConditionalGET(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead || r.Header["If-None-Match"] == nil && r.Header["If-Modified-Since"] == nil {
			next.ServeHTTP(w, r)
			return
		}
		gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			noneMatch, modifiedSince := r.Header["If-None-Match"], r.Header["If-Modified-Since"]
			w.BeforeHead(func(status int, h http.Header) {
				if status == http.StatusOK && notModified(noneMatch, modifiedSince, h) {
					sendNotModified(w, h)
					dropPolicies(h, Nonce(r)) // of a SecureHeaders further inside, which has seen a 200
				}
			})
			next.ServeHTTP(w, r)
		}).ServeHTTP(w, r)
	})
}

// notModified is RFC 9110, section 13.2.2: where there is an If-None-Match,
// If-Modified-Since does not count, not even if the former is garbage.
func notModified(noneMatch, modifiedSince []string, h http.Header) bool {
	if noneMatch != nil {
		return matchesETag(noneMatch, h.Get("ETag"))
	}
	if len(modifiedSince) != 1 {
		return false
	}
	since, err := http.ParseTime(modifiedSince[0])
	if err != nil {
		return false
	}
	modified, err := http.ParseTime(h.Get("Last-Modified"))
	return err == nil && !modified.After(since)
}

// matchesETag compares weakly (section 8.8.3.2): for GET, the same meaning is
// enough. "*" matches whatever there is. Reading ends at the first thing that is
// no entity tag.
func matchesETag(lines []string, etag string) bool {
	etag = strings.TrimPrefix(etag, "W/")
	for _, line := range lines {
		if line = trimOWS(line); line == "*" {
			return true
		}
		for line != "" {
			if line[0] == ',' {
				line = trimOWS(line[1:])
				continue
			}
			tag, rest, ok := cutETag(strings.TrimPrefix(line, "W/"))
			if !ok {
				return false
			}
			if tag == etag {
				return true
			}
			line = trimOWS(rest)
		}
	}
	return false
}

// cutETag cuts a quoted tag off, which may contain commas.
func cutETag(s string) (tag, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		return "", s, false
	}
	end := strings.IndexByte(s[1:], '"') + 2
	if end < 2 {
		return "", s, false
	}
	return s[:end], s[end:], true
}

func trimOWS(s string) string { return strings.Trim(s, " \t") }

// sendNotModified replaces the response. Of the fields that describe the body
// only those remain that RFC 9110, section 15.4.5, asks for; Last-Modified only
// where there is no ETag, for the caches that go by it.
func sendNotModified(w *gangplank.Writer, h http.Header) {
	kept := make(http.Header)
	for name, values := range h {
		if keptBy304(name) {
			kept[name] = values
		}
	}
	if kept["Etag"] != nil {
		delete(kept, "Last-Modified")
	}
	if !w.Reset() {
		return
	}
	for name, values := range kept {
		h[name] = values
	}
	w.WriteHeader(http.StatusNotModified)
}

// keptBy304 is what Reset would take away. Date, Vary and all that does not
// describe the body stay anyway.
func keptBy304(name string) bool {
	switch name {
	case "Cache-Control", "Expires", "Age", "Pragma", "Content-Location", "Etag", "Last-Modified", "Refresh":
		return true
	}
	return overrulesCacheControl(name)
}
