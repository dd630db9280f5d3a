package lint

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// checkFields looks at the fields of a head that goes out.
func (w *writer) checkFields() { examineFields(w.Header(), w.status, w.tell) }

func examineFields(h http.Header, status int, tell func(rule Rule, format string, args ...any)) {
	for name, values := range h {
		name, trailer := strings.CutPrefix(name, http.TrailerPrefix)
		switch {
		case !settings.IsToken(name):
			tell(BadFieldName, "field name %q", name)
		case !trailer && name != http.CanonicalHeaderKey(name):
			tell(NotCanonical, "field %s under a key that net/http and Get do not look for: theirs is %s", name, http.CanonicalHeaderKey(name))
		case len(values) > 1 && single[name]:
			tell(SeveralValues, "%d fields %s, of which there is one only: %q", len(values), name, values)
		}
		for _, value := range values {
			if !isFieldValue(value) {
				tell(BadFieldValue, "field %s: %q", name, value)
			}
			if name != "Set-Cookie" {
				continue
			}
			if _, err := http.ParseSetCookie(value); err != nil {
				tell(BadSetCookie, "Set-Cookie: %q: %v", value, err)
			}
		}
		if !trailer && !upgrades(status) && isHopByHop(name, values) {
			tell(HopByHop, "field %s, which is for the server to set", name)
		}
	}
}

// checkEarly remembers what is wrong with the fields that are there before the
// layer inside is called: it must not be blamed for them when the head goes out.
func (v *visit) checkEarly() {
	examineFields(v.w.Header(), 0, func(rule Rule, format string, args ...any) {
		key := [2]string{string(rule), fmt.Sprintf(format, args...)}
		v.trace.mu.Lock()
		defer v.trace.mu.Unlock()
		if v.trace.early == nil {
			v.trace.early = make(map[[2]string]string)
		}
		if _, known := v.trace.early[key]; !known {
			v.trace.early[key] = v.outside
		}
	})
}

// checkLength returns the length that a head declares, or -1. net/http forgets what
// is no number, and sends the rest as it is.
func (w *writer) checkLength() int64 {
	values := w.Header()["Content-Length"]
	if len(values) == 0 {
		return -1
	}
	if w.status < 200 || w.status == http.StatusNoContent { // RFC 9110, section 8.6
		w.tell(WrongLength, "a Content-Length with status %d, which has no body", w.status)
		return -1
	}
	n, err := strconv.ParseUint(values[0], 10, 63) // no sign
	if err != nil || len(values) > 1 {
		w.tell(WrongLength, "Content-Length %q is not one number of bytes", strings.Join(values, ", "))
		return -1
	}
	return int64(n)
}

// single are fields whose value is no list: of several each recipient picks
// another. Content-Length has a rule of its own.
var single = map[string]bool{
	"Content-Type": true, "Content-Location": true, "Last-Modified": true, "Etag": true, // RFC 9110, section 8
	"Date": true, "Location": true, "Retry-After": true, "Server": true, "Content-Range": true, // sections 6.6.1, 10.2, 14.4
	"Age": true, "Expires": true, // RFC 9111, section 5
	"Content-Disposition":         true, // RFC 6266, section 4.1
	"Strict-Transport-Security":   true, // RFC 6797, section 7.1
	"Access-Control-Allow-Origin": true, // Fetch, section 3.3.3: several are as good as none
}

// upgrades tells whether the handler has to name a protocol (RFC 9110, section 7.8).
func upgrades(status int) bool {
	return status == http.StatusSwitchingProtocols || status == http.StatusUpgradeRequired
}

// isHopByHop tells whether a field speaks of the connection. "Connection: close"
// is how a handler asks net/http to close it.
func isHopByHop(name string, values []string) bool {
	switch name {
	case "Connection":
		return !slices.Equal(values, []string{"close"})
	case "Keep-Alive", "Proxy-Connection", "Te", "Transfer-Encoding", "Upgrade":
		return true
	}
	return false
}

// isFieldValue is RFC 9110, section 5.5, with obs-text.
func isFieldValue(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// checkLate looks whether fields were set since the head went out.
func (w *writer) checkLate() {
	if w.header == nil || w.over {
		return
	}
	for name, values := range w.Header() {
		if slices.Equal(values, w.header[name]) || strings.HasPrefix(name, http.TrailerPrefix) || w.isTrailer(name) {
			continue
		}
		w.tell(LateField, "field %s was set when the head was out", name)
	}
}

// isTrailer tells whether the field was announced as one.
func (w *writer) isTrailer(name string) bool {
	for _, list := range w.header["Trailer"] {
		for announced := range strings.SplitSeq(list, ",") {
			if http.CanonicalHeaderKey(strings.TrimSpace(announced)) == name {
				return true
			}
		}
	}
	return false
}
