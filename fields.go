package gangplank

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

const sniffLen = 512 // what http.DetectContentType looks at

// sniffs reports whether the Content-Type is for us to find, by net/http's rule:
// not if the key is there at all (nil means "send none"), and not if the bytes
// are encoded (FAULTS in others: gzip served as application/x-gzip).
func (w *Writer) sniffs(h http.Header) bool {
	if isSet(h, "Content-Type") || !bodyAllowed(w.Status()) {
		return false
	}
	return len(h["Transfer-Encoding"]) == 0 && (len(h["Content-Encoding"]) == 0 || h["Content-Encoding"][0] == "")
}

// sniff sets the Content-Type by the first bytes of the body, which are held
// back or, when the body overflows at once, in next.
func (w *Writer) sniff(h http.Header, next []byte) {
	if !w.sniffs(h) || w.held.len()+len(next) == 0 {
		return
	}
	start := next
	if n := min(w.held.len(), sniffLen); n > 0 {
		start = w.held.body[:n]
		if rest := min(len(next), sniffLen-n); rest > 0 {
			start = slices.Concat(start, next[:rest])
		}
	}
	h["Content-Type"] = w.FieldValue(http.DetectContentType(start))
}

// declaredLength returns the handler's Content-Length, or -1. A bad one is
// removed, as net/http does.
func (w *Writer) declaredLength() int64 {
	h := w.Header()
	values := h["Content-Length"]
	if len(values) == 0 || values[0] == "" {
		return -1
	}
	n, err := strconv.ParseInt(values[0], 10, 64)
	if err != nil || n < 0 {
		w.c.Logger().Warn("invalid Content-Length removed from the response", "value", values[0])
		delete(h, "Content-Length")
		return -1
	}
	return n
}

// relength takes over what hooks have made of the Content-Length.
func (w *Writer) relength() {
	if w.encoding == nil { // else the head tells of another body than the handler's
		w.length = w.declaredLength()
	}
}

// isSet reports whether the key is there: without a value it means "send none".
func isSet(h http.Header, name string) bool { _, set := h[name]; return set }

// framed reports whether a response head says where the body ends, as with a
// Content-Length, or nil in its place, or announces trailers: a body with trailers
// has no length.
func (w *Writer) framed(h http.Header) bool {
	coding := h["Transfer-Encoding"]
	return w.trailers || isSet(h, "Content-Length") || len(coding) > 0 && coding[0] != "" || len(h["Trailer"]) > 0
}

// isTrailer reports whether a field of the header map is one that is sent behind
// the body without having been announced.
func isTrailer(name string) bool { return strings.HasPrefix(name, http.TrailerPrefix) }

func hasTrailers(h http.Header) bool {
	for name := range h {
		if isTrailer(name) {
			return true
		}
	}
	return false
}

// keepTrailers puts the trailers among what was set after WriteHeader into the
// head, where the server looks for them to choose an encoding that has room for
// trailers. On the wire they are not part of it.
func (w *Writer) keepTrailers(h, late http.Header) {
	for name, values := range late {
		if isTrailer(name) {
			h[name] = values
			w.trailers = true
		}
	}
}

// dropEntityFields removes the fields that describe a body which is not sent, or
// say who may keep it, or where to go from it.
func dropEntityFields(h http.Header) {
	for name := range h {
		switch name {
		case "Etag", "Last-Modified", "Accept-Ranges", "Trailer", "Digest", "Repr-Digest", "Want-Digest", "Transfer-Encoding",
			"Cache-Control", "Expires", "Age", "Pragma", "Surrogate-Control", "Edge-Control", "X-Accel-Expires",
			"Location", "Refresh":
			delete(h, name)
		default:
			if isTrailer(name) || strings.HasPrefix(name, "Content-") && !strings.HasPrefix(name, "Content-Security-Policy") ||
				strings.HasSuffix(name, "-Cache-Control") { // for one cache, or one kind of them (RFC 9213)
				delete(h, name)
			}
		}
	}
}

// complain logs a handler's misuse of the Writer with the place of the call.
func (w *Writer) complain(what string) {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if !more || !strings.HasPrefix(f.Function, "net/http.") && !strings.HasPrefix(f.Function, "io.") {
			w.c.Logger().Warn(what, "caller", f.Function, "file", f.File+":"+strconv.Itoa(f.Line))
			return
		}
	}
}

// checkStatus panics as net/http does, with its message: a handler that works
// there by accident should not fail here only.
func checkStatus(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid WriteHeader code %v", status))
	}
}

// bodyAllowed is RFC 9110, section 6.4.1.
func bodyAllowed(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

// FieldValue returns s as the only value of a header field, without an allocation
// for the first two of a response:
//
//	h["X-Request-Id"] = w.FieldValue(id)
//
// The slice is that response's alone: whoever changes it changes no other.
func (w *Writer) FieldValue(s string) []string {
	n := w.nvalues
	if int(n) == len(w.values) {
		return []string{s}
	}
	w.nvalues++
	w.values[n] = s
	return w.values[n : n+1 : n+1]
}

// decimal is strconv.Itoa, but that it allocates only once for each length of a
// body that is held back by default.
func decimal(n int) string {
	if n < 100 || n >= len(decimals) { // strconv has those below 100 itself
		return strconv.Itoa(n)
	}
	s := decimals[n].Load()
	if s == nil {
		text := strconv.Itoa(n)
		s = &text
		decimals[n].Store(s)
	}
	return *s
}

var decimals [defaultHold + 1]atomic.Pointer[string]
