package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
)

// mountedAt makes requests look as a gateway's do.
func mountedAt(script string) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		h := gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetGateway(&gangplank.Gateway{ScriptName: script})
			next.ServeHTTP(w, r)
		})
		return http.StripPrefix(script, h)
	}
}

func TestMountRedirects(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc, script, prefix, target, location, want string
	}{
		{"at the root", "", "", "/a", "/login", "/login"},
		{"CGI", "/cgi-bin/app.cgi", "", "/cgi-bin/app.cgi/a", "/login?x=1#y", "/cgi-bin/app.cgi/login?x=1#y"},
		{"stripped prefix", "", "/old", "/old/a", "/login", "/old/login"},
		{"both", "/cgi-bin/app.cgi", "/old", "/cgi-bin/app.cgi/old/a", "/login", "/cgi-bin/app.cgi/old/login"},
		{"the mount point itself", "", "/old", "/old", "/login", "/old/login"},
		{"escaped", "", "/a b", "/a%20b/c", "/login", "/a%20b/login"},
		{"already there", "", "/old", "/old/a", "/old/login", "/old/login"},
		{"already there, alone", "", "/old", "/old/a", "/old?x", "/old?x"},
		{"begins alike", "", "/old", "/old/a", "/older", "/old/older"},
		{"relative", "", "/old", "/old/a", "login", "login"},
		{"other site", "", "/old", "/old/a", "https://example.com/login", "https://example.com/login"},
		{"other host", "", "/old", "/old/a", "//example.com/login", "//example.com/login"},
		{"nowhere", "", "/old", "/old/a", "", ""},
		{"a mount that would be a host", "", "", "//evil.example/%2e%2e/a", "/login", "/login"},
		{"a prefix that would be a host", "", "//evil.example", "//evil.example/a", "/login", "/evil.example/login"},
	} {
		h := gangplank.NewChain(mountedAt(tt.script)).Then(http.StripPrefix(tt.prefix, middleware.MountRedirects(
			http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tt.location != "" {
					w.Header().Set("Location", tt.location)
				}
				w.WriteHeader(302)
			}))))
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", tt.target, nil))
		if got := rec.Header().Get("Location"); got != tt.want || rec.Code != 302 {
			t.Errorf("%s: got %d %q, want %q", tt.desc, rec.Code, got, tt.want)
		}
	}
}

// Our own redirects have the mount point already.
func TestMountRedirectsOwn(t *testing.T) {
	t.Parallel()
	r := gangplank.New()
	r.Use(middleware.MountRedirects)
	r.Get("/a", func(w http.ResponseWriter, r *http.Request) { gangplank.Redirect(w, r, "/b", 302) })
	rec := httptest.NewRecorder()
	mountedAt("/app")(r).ServeHTTP(rec, httptest.NewRequest("GET", "/app/a", nil))
	if got := rec.Header().Get("Location"); got != "/app/b" {
		t.Errorf("got %q", got)
	}
}

func ExampleMountRedirects() {
	legacy := http.NewServeMux()
	legacy.HandleFunc("/docs/", hello) // redirects /docs to /docs/
	h := http.StripPrefix("/old", middleware.MountRedirects(legacy))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/old/docs", nil))
	fmt.Println(rec.Header().Get("Location"))
	// Output: /old/docs/
}
