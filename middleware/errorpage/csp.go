package errorpage

import (
	"crypto/rand"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

const policyField = "Content-Security-Policy"

var nonceSource = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:script|style|default)-src(?:-elem)?[^;]*'nonce-([A-Za-z0-9+/_=-]+)'`)
})

// nonceIn returns the nonce of a policy that other middleware has set.
func nonceIn(h http.Header) string {
	if m := nonceSource().FindStringSubmatch(strings.Join(h.Values(policyField), "; ")); m != nil {
		return m[1]
	}
	return ""
}

// setPolicy gives our own pages a policy under which nothing but their own style
// and script works, and forms go nowhere else, and returns its nonce. One that is
// set already has its nonce used again: a layer outside may be about to send that
// policy whatever we do.
func setPolicy(h http.Header, forms string) string {
	nonce := nonceIn(h)
	if nonce == "" {
		nonce = rand.Text()
	}
	h.Set(policyField, "default-src 'none'; img-src data:; style-src 'nonce-"+nonce+"'; script-src 'nonce-"+nonce+
		"'; base-uri 'none'; form-action "+forms+"; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	return nonce
}
