package middleware

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// SecureHeaders sets the response fields with which a site tells browsers what
// they must not do with it. Its zero settings suit nearly any site; for more there
// are the presets [SecurePages] and [SecureAPI], to be used as they are or changed:
//
//	cfg := middleware.SecurePages()
//	cfg.ContentSecurityPolicy += "; img-src *"
//	r.Use(middleware.SecureHeaders(cfg))
//
// The fields are set before the handler runs, which can replace or delete them. They
// are on error pages too, if it stands outside of what writes those.
//
// They are a second line of defence: a page that puts users' text into HTML
// unescaped, or answers without authorization, is not protected by any of them.
//
// Sources: OWASP Secure Headers Project; RFC 6797 (HSTS); CSP Level 3;
// web.dev, "Mitigate XSS with a strict CSP".
func SecureHeaders(cfg SecureHeadersConfig) gangplank.Middleware {
	settings.Check("middleware.SecureHeaders", cfg.Validate())
	fields, secure := cfg.withDefaults().fields()
	policies := policyTemplates(cfg)
	return func(next http.Handler) http.Handler {
		set := func(h http.Header, tls bool) {
			setFields(h, fields)
			if tls || cfg.AssumeTLS {
				setFields(h, secure)
			}
		}
		if len(policies) == 0 {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				set(w.Header(), r.TLS != nil)
				next.ServeHTTP(w, r)
			})
		}
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			set(w.Header(), r.TLS != nil)
			setPolicies(w, r, policies)
			next.ServeHTTP(w, r)
		})
	}
}

// field is one field of the response.
type field struct{ name, value string }

// setFields sets fields without sharing anything with other responses: a layer
// further out may append to a value that it finds.
func setFields(h http.Header, fields []field) {
	if len(fields) == 0 {
		return
	}
	values := make([]string, len(fields))
	for i, f := range fields {
		values[i] = f.value
		h[f.name] = values[i : i+1 : i+1]
	}
}

var nonces = gangplank.NewSlot[string]("middleware.Nonce")

// Nonce returns the request's nonce, for the attribute of <script nonce="...">
// and <style nonce="...">, where a policy of [SecureHeaders] has a place for it; else "".
func Nonce(r *http.Request) string { return nonces.Get(r) }

// noncePlace is where a policy has the nonce.
const noncePlace = "{nonce}"

// setPolicies sets the policies with this request's nonce.
func setPolicies(w *gangplank.Writer, r *http.Request, policies []field) {
	nonce := Nonce(r)
	if nonce == "" { // else an outer SecureHeaders has promised it
		nonce = newNonce()
		nonces.Set(r, nonce)
	}
	for _, p := range policies {
		w.Header()[p.name] = []string{strings.ReplaceAll(p.value, noncePlace, nonce)}
	}
	w.BeforeHead(func(status int, h http.Header) {
		if status == http.StatusNotModified {
			dropPolicies(h, nonce)
		}
	})
}

// dropPolicies removes the policies with that nonce from the head of a 304. They
// would replace the policy of the page in the browser's cache, whose scripts have
// another nonce (RFC 9111, section 3.2).
func dropPolicies(h http.Header, nonce string) {
	for _, name := range [...]string{"Content-Security-Policy", "Content-Security-Policy-Report-Only"} {
		if nonce != "" && strings.Contains(strings.Join(h[name], " "), nonce) {
			delete(h, name)
		}
	}
}

// newNonce returns 144 random bits: CSP asks for 128 at least, and base64 in
// URL form and without padding needs no escape anywhere.
func newNonce() string {
	var b [18]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// policyTemplates returns the policies that have a place for a nonce.
func policyTemplates(cfg SecureHeadersConfig) (policies []field) {
	for _, f := range cfg.policies() {
		if strings.Contains(f.value, noncePlace) {
			policies = append(policies, f)
		}
	}
	return policies
}
