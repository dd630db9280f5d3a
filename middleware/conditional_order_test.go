package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/compress"
)

// ask answers a request with these fields, given as pairs.
func ask(h http.Handler, fields ...string) *httptest.ResponseRecorder {
	r := request("/")
	for i := 0; i < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// In the documented order a 304 has the tag that the 200 would have (RFC 9110,
// section 15.4.5), and a tag counts for the coding that it is of only.
func TestConditionalGETAroundCompression(t *testing.T) {
	t.Parallel()
	h := gangplank.NewChain(middleware.ConditionalGET, compress.New(compress.Config{}), middleware.ETag).
		ThenFunc(writes("Content-Type", "text/plain", "Last-Modified", yesterday, strings.Repeat("hello ", 1000)))
	plain, zipped := ask(h, "Accept-Encoding", "identity"), ask(h, "Accept-Encoding", "gzip")
	tags := map[string]string{"identity": plain.Header().Get("ETag"), "gzip": zipped.Header().Get("ETag")}
	if tags["identity"] == tags["gzip"] || zipped.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("got the tags %v", tags)
	}
	for _, tt := range []struct {
		coding, field, value string
		want                 int
	}{
		{"gzip", "If-None-Match", tags["gzip"], 304},
		{"gzip", "If-None-Match", "W/" + tags["gzip"], 304},
		{"gzip", "If-None-Match", "*", 304},
		{"gzip", "If-Modified-Since", yesterday, 304},
		{"gzip", "If-None-Match", tags["identity"], 200},
		{"identity", "If-None-Match", tags["identity"], 304},
		{"identity", "If-None-Match", tags["gzip"], 200},
		{"identity", "If-Modified-Since", yesterday, 304},
	} {
		rec := ask(h, "Accept-Encoding", tt.coding, tt.field, tt.value)
		if rec.Code != tt.want || rec.Header().Get("ETag") != tags[tt.coding] || !strings.Contains(rec.Header().Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s, %s: %s: got %d and %v, want %d and the tag %s", tt.coding, tt.field, tt.value, rec.Code, rec.Header(), tt.want, tags[tt.coding])
		}
	}
}

// The nonce of a page in the browser's cache stays the one of its policy, also where
// SecureHeaders has seen a 200.
func TestConditionalGETAroundNonce(t *testing.T) {
	t.Parallel()
	h := gangplank.NewChain(middleware.ConditionalGET, middleware.SecureHeaders(middleware.SecurePages())).
		ThenFunc(writes("ETag", `"a"`, "body"))
	rec := ask(h, "If-None-Match", `"a"`)
	if header := rec.Header(); rec.Code != 304 || header.Get("Content-Security-Policy") != "" || header.Get("X-Frame-Options") != "DENY" {
		t.Errorf("got %d, %v", rec.Code, header)
	}
	fixed := gangplank.NewChain(middleware.ConditionalGET, middleware.SecureHeaders(middleware.SecureHeadersConfig{})).
		ThenFunc(writes("ETag", `"a"`, "body"))
	if ask(fixed, "If-None-Match", `"a"`).Header().Get("Content-Security-Policy") == "" {
		t.Error("a policy that is the same for all is gone")
	}
}
