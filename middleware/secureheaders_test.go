package middleware_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
)

// secured returns the header of a response.
func secured(cfg middleware.SecureHeadersConfig, overTLS bool, h http.HandlerFunc) http.Header {
	r := httptest.NewRequest("GET", "/", nil)
	if overTLS {
		r.TLS = new(tls.ConnectionState)
	}
	rec := httptest.NewRecorder()
	middleware.SecureHeaders(cfg)(h).ServeHTTP(rec, r)
	return rec.Result().Header
}

func hello(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }

func TestSecureHeaders(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc string
		cfg  middleware.SecureHeadersConfig
		tls  bool
		want map[string]string
	}{
		{"default", middleware.SecureHeadersConfig{}, false, map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "strict-origin-when-cross-origin",
			"Content-Security-Policy": "frame-ancestors 'self'; base-uri 'self'; object-src 'none'", "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
			"Strict-Transport-Security": "", "Cross-Origin-Resource-Policy": "", "Permissions-Policy": "",
		}},
		{"TLS", middleware.SecureHeadersConfig{}, true, map[string]string{"Strict-Transport-Security": "max-age=31536000"}},
		{"TLS before a proxy", middleware.SecureHeadersConfig{AssumeTLS: true}, false, map[string]string{"Strict-Transport-Security": "max-age=31536000"}},
		{"omitted", middleware.SecureHeadersConfig{StrictTransportSecurity: middleware.Omit, FrameOptions: middleware.Omit, ContentSecurityPolicy: middleware.Omit}, true,
			map[string]string{"Strict-Transport-Security": "", "X-Frame-Options": "", "Content-Security-Policy": "", "X-Content-Type-Options": "nosniff"}},
		{"API", middleware.SecureAPI(), false, map[string]string{"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Referrer-Policy": "no-referrer"}},
	} {
		h := secured(tt.cfg, tt.tls, hello)
		for name, want := range tt.want {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s: got %q, want %q", tt.desc, name, got, want)
			}
		}
	}
}

func TestSecureHeadersNonce(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for range 100 {
		var nonce string
		h := secured(middleware.SecurePages(), false, func(w http.ResponseWriter, r *http.Request) { nonce = middleware.Nonce(r) })
		policy := h.Get("Content-Security-Policy")
		if len(nonce) != 24 || seen[nonce] || strings.Count(policy, "'nonce-"+nonce+"'") != 2 || strings.Contains(policy, "{") {
			t.Fatalf("nonce %q, policy %q", nonce, policy)
		}
		seen[nonce] = true
	}
	if n := middleware.Nonce(httptest.NewRequest("GET", "/", nil)); n != "" {
		t.Errorf("nonce %q without a policy", n)
	}
}

// The nonce of a page in the browser's cache stays the one of its policy.
func TestSecureHeadersNotModified(t *testing.T) {
	t.Parallel()
	h := secured(middleware.SecurePages(), false, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotModified) })
	if h.Get("Content-Security-Policy") != "" || h.Get("X-Frame-Options") != "DENY" {
		t.Errorf("got %v", h)
	}
}

// Two of them, around a site and around a part of it, agree on the nonce.
func TestSecureHeadersTwice(t *testing.T) {
	t.Parallel()
	outer := middleware.SecureHeaders(middleware.SecureHeadersConfig{ContentSecurityPolicyReportOnly: "script-src 'nonce-{nonce}'"})
	rec := httptest.NewRecorder()
	var nonce string
	outer(middleware.SecureHeaders(middleware.SecurePages())(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nonce = middleware.Nonce(r)
	}))).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	for _, name := range []string{"Content-Security-Policy", "Content-Security-Policy-Report-Only"} {
		if got := rec.Header().Get(name); !strings.Contains(got, nonce) {
			t.Errorf("%s: got %q, want nonce %q", name, got, nonce)
		}
	}
}

// The fields are on the page of an error, and the values belong to one response only.
func TestSecureHeadersErrorPage(t *testing.T) {
	t.Parallel()
	h := secured(middleware.SecurePages(), true, gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		io.WriteString(w, "half")
		return errors.New("x")
	}))
	for _, name := range []string{"Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options"} {
		if h.Get(name) == "" {
			t.Errorf("the error page has no %s", name)
		}
	}
	cfg := middleware.SecureHeadersConfig{}
	m := middleware.SecureHeaders(cfg)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Referrer-Policy"][0] = "mine"
		w.Header()["X-Frame-Options"] = append(w.Header()["X-Frame-Options"], "mine")
	}))
	for range 2 {
		rec := httptest.NewRecorder()
		m.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		if strings.Contains(fmt.Sprint(rec.Header()["Content-Security-Policy"], rec.Header()["Permissions-Policy"]), "mine") {
			t.Errorf("values are shared: %v", rec.Header())
		}
	}
	if rec := secured(cfg, false, hello); rec.Get("Referrer-Policy") == "mine" {
		t.Error("a value is shared between responses")
	}
}

func TestSecureHeadersConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() {
		middleware.SecureHeaders(middleware.SecureHeadersConfig{
			StrictTransportSecurity: "max-age=1y", FrameOptions: "ALLOW-FROM x", ReferrerPolicy: "origin, never",
			ContentSecurityPolicy: "default-src 'self'\r\nX: y", OpenerPolicy: "same-origin, same-origin",
		})
	}, "middleware.SecureHeaders: ", "max-age=1y", "ALLOW-FROM x", "origin, never", `'self'\r\nX: y`, "same-origin, same-origin")
	wantPanic(t, func() {
		middleware.SecureHeaders(middleware.SecureHeadersConfig{
			PermissionsPolicy: "camera=({nonce})", OpenerPolicy: `same-origin; report-to=site`, EmbedderPolicy: `corp; report-to="site"`,
			ResourcePolicy: `same-origin; report-to="site"`,
		})
	}, "Permissions-Policy: ", "only content security policies have a nonce", "Cross-Origin-Opener-Policy: ", "Cross-Origin-Embedder-Policy: ", "Cross-Origin-Resource-Policy: ")
	for value, ok := range map[string]bool{
		"max-age=0": true, "max-age=31536000; includeSubDomains; preload": true, "max-age=600; includeSubDomains; preload": false,
		"max-age=1;includeSubDomains": true, "includeSubDomains; MAX-AGE=1 ;preload": false, "Preload;includesubdomains ; max-age=31536000": true,
		"max-age=1; max-age=2": false, "max-age=1; preload; preload": false, "max-age=1;": true, ";": false, "max-age=1; max-stale": false,
		"max-age=31536000; preload": false, "max-age=-1": false, "includeSubDomains": false, "31536000": false,
	} {
		if err := (middleware.SecureHeadersConfig{StrictTransportSecurity: value}).Validate(); (err == nil) != ok {
			t.Errorf("%q: got %v", value, err)
		}
	}
	for name, cfg := range map[string]middleware.SecureHeadersConfig{
		"pages": middleware.SecurePages(), "API": middleware.SecureAPI(),
		"reports": {OpenerPolicy: `same-origin; report-to="site"`, EmbedderPolicy: `require-corp;report-to="site"`},
	} {
		if err := cfg.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkSecureHeaders(b *testing.B) {
	for name, cfg := range map[string]middleware.SecureHeadersConfig{"default": {}, "nonce": middleware.SecurePages()} {
		b.Run(name, func(b *testing.B) {
			h := middleware.SecureHeaders(cfg)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			w, r, _ := gangplank.Attach(nopWriter{}, httptest.NewRequest("GET", "/", nil))
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(w, r)
			}
		})
	}
}

func ExampleSecureHeaders() {
	cfg := middleware.SecurePages()
	cfg.ContentSecurityPolicy = "script-src 'nonce-{nonce}'"
	h := middleware.SecureHeaders(cfg)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<script nonce=%q>alert(1)</script>", middleware.Nonce(r))
	}))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	_, nonce, _ := strings.Cut(rec.Header().Get("Content-Security-Policy"), "nonce-")
	fmt.Println(strings.Contains(rec.Body.String(), strings.Trim(nonce, "'")), rec.Header().Get("X-Frame-Options"))
	// Output: true DENY
}
