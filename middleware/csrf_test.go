package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
)

func TestCSRF(t *testing.T) {
	t.Parallel()
	custom := middleware.CSRFWith(middleware.CSRFConfig{
		TrustedOrigins:    []string{"https://friend.example", "http://192.0.2.1:8081"},
		DangerouslyBypass: []string{"POST /hook"},
	})
	for _, tt := range []struct {
		desc, method, target, host, site, origin string
		m                                        func(http.Handler) http.Handler
		want                                     int
	}{
		{"own form", "POST", "/", "example.com", "same-origin", "https://example.com", middleware.CSRF, 200},
		{"typed address", "POST", "/", "example.com", "none", "", middleware.CSRF, 200},
		{"other site's form", "POST", "/", "example.com", "cross-site", "https://evil.example", middleware.CSRF, 403},
		{"subdomain's form", "POST", "/", "example.com", "same-site", "https://user.example.com", middleware.CSRF, 403},
		{"other site's PUT", "PUT", "/", "example.com", "cross-site", "https://evil.example", middleware.CSRF, 403},
		{"other site's link", "GET", "/", "example.com", "cross-site", "", middleware.CSRF, 200},
		{"invented method", "get", "/", "example.com", "cross-site", "", middleware.CSRF, 403},
		{"invented site", "POST", "/", "example.com", "same-origin, none", "", middleware.CSRF, 403},
		{"curl", "POST", "/", "example.com", "", "", middleware.CSRF, 200},
		{"old browser, own form", "POST", "/", "example.com", "", "https://example.com", middleware.CSRF, 200},
		{"old browser, other site's", "POST", "/", "example.com", "", "https://evil.example", middleware.CSRF, 403},
		{"sandboxed frame", "POST", "/", "example.com", "", "null", middleware.CSRF, 403},
		{"host that begins like ours", "POST", "/", "example.com", "", "https://example.com.evil.example", middleware.CSRF, 403},
		{"user name like our host", "POST", "/", "example.com", "", "https://example.com@evil.example", middleware.CSRF, 403},

		// What nginx with "HTTP_HOST $host" makes of Host, after and before the gateway puts the port back.
		{"plain HTTP on a port", "POST", "/", "192.0.2.1:8081", "", "http://192.0.2.1:8081", middleware.CSRF, 200},
		{"port lost", "POST", "/", "192.0.2.1", "", "http://192.0.2.1:8081", middleware.CSRF, 403},
		{"port lost, origin trusted", "POST", "/", "192.0.2.1", "", "http://192.0.2.1:8081", custom, 200},
		{"another port", "POST", "/", "192.0.2.1", "", "http://192.0.2.1:9999", custom, 403},

		{"trusted site", "POST", "/", "example.com", "cross-site", "https://friend.example", custom, 200},
		{"trusted site without TLS", "POST", "/", "example.com", "cross-site", "http://friend.example", custom, 403},
		{"bypassed", "POST", "/hook", "example.com", "cross-site", "https://any.example", custom, 200},
		{"bypassed for POST only", "PUT", "/hook", "example.com", "cross-site", "https://any.example", custom, 403},
		{"bypassed with dots", "POST", "/x/../hook", "example.com", "cross-site", "https://any.example", custom, 403},
	} {
		r := httptest.NewRequest("POST", tt.target, nil)
		r.Method, r.Host = tt.method, tt.host
		for name, value := range map[string]string{"Sec-Fetch-Site": tt.site, "Origin": tt.origin} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		rec := httptest.NewRecorder()
		called := false
		quiet(tt.m(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))).ServeHTTP(rec, r)
		if rec.Code != tt.want || called != (tt.want == 200) {
			t.Errorf("%s: got %d, handler called: %v", tt.desc, rec.Code, called)
		}
		if strings.Contains(rec.Body.String(), "evil") {
			t.Errorf("%s: the page repeats what the client sent: %q", tt.desc, rec.Body)
		}
	}
}

func TestCSRFConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() {
		middleware.CSRFWith(middleware.CSRFConfig{
			TrustedOrigins:    []string{"example.com", "https://Example.com", "https://example.com:443", "https://u@example.com", "https://example.com/", "null"},
			DangerouslyBypass: []string{"POST /a/{", "POST /b", "POST /b"},
		})
	}, "middleware.CSRFWith: ", `"example.com"`, `"https://Example.com": browsers`, `"https://example.com:443": browsers`, "user name",
		`"https://example.com/"`, `"null"`, `"POST /a/{"`, `"POST /b": `)
}

// An origin in another form than a browser's would be trusted in vain, and be seen
// as a 403 in production.
func TestCSRFOrigins(t *testing.T) {
	t.Parallel()
	for origin, want := range map[string]string{
		"https://example.com": "", "http://localhost:8080": "", "https://xn--bcher-kva.example": "", "http://192.0.2.1": "", "http://[2001:db8::1]:81": "",
		"http://[::ffff:102:304]": "", "capacitor://localhost": "", "moz-extension://4f8e19e4-3ab5-4d56-9a2c-6bd3d03d7d55": "",
		"https://*.example.com": "no wildcard", "https://bücher.example": "xn--", "https://a b.example": "invalid",
		"https://example.com:": "no such port", "https://example.com:99999": "no such port", "https://example.com:0443": "no such port", "https://example.com:0": "no such port",
		"ftp://example.com": "scheme", "wss://example.com": "scheme", "file://example.com": "scheme",
		"https://[::1%25eth0]": "no such host", "https://[0:0::1]:81": "no such host", "https://[::ffff:1.2.3.4]": "no such host",
		"https://example.com.": "", "https://127.1": "no such host", "https://a..example": "no such host",
	} {
		err := middleware.CSRFConfig{TrustedOrigins: []string{origin}}.Validate()
		if got := fmt.Sprint(err); (want == "") != (err == nil) || err != nil && !(strings.Contains(got, want) && strings.Contains(got, "TrustedOrigins")) {
			t.Errorf("%s: got %v, want %q", origin, err, want)
		}
	}
}

func ExampleCSRFWith() {
	h := middleware.CSRFWith(middleware.CSRFConfig{
		TrustedOrigins: []string{"https://accounts.example"},
	})(http.HandlerFunc(hello))
	for _, origin := range []string{"https://accounts.example", "https://evil.example"} {
		r := httptest.NewRequest("POST", "/transfer", nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", origin)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		fmt.Println(origin, rec.Code)
	}
	// Output:
	// https://accounts.example 200
	// https://evil.example 403
}

// What is exempt for one method is not for what a form makes of it, in the
// documented order.
func TestCSRFInsideOfMethodOverride(t *testing.T) {
	t.Parallel()
	csrf := middleware.CSRFWith(middleware.CSRFConfig{DangerouslyBypass: []string{"POST /hook"}})
	h := gangplank.NewChain(quiet, middleware.MethodOverride(), csrf).ThenFunc(func(http.ResponseWriter, *http.Request) {})
	for body, want := range map[string]int{"a=1": 200, "_method=DELETE": 403} {
		r := httptest.NewRequest("POST", "/hook", strings.NewReader(body))
		r.Header.Set("Content-Type", urlencoded)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		rec := httptest.NewRecorder()
		if h.ServeHTTP(rec, r); rec.Code != want {
			t.Errorf("%s: got %d, want %d", body, rec.Code, want)
		}
	}
}
