package mount_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mount"
)

func TestPoint(t *testing.T) {
	for _, tt := range []struct{ desc, uri, strip, script, want string }{
		{"the root", "/a/b?q", "", "", ""},
		{"encoded", "/a%20b", "", "", ""},
		{"stripped", "/app/a", "/app", "", "/app"},
		{"stripped, encoded", "/the%20app/a", "/the app", "", "/the%20app"},
		{"the mount itself", "/app", "/app", "", "/app"},
		{"the mount itself, with a slash", "/app/", "/app", "", "/app"},
		{"a path that repeats", "/a/a", "/a", "", "/a"},
		{"CGI", "/cgi-bin/x.cgi/a", "/cgi-bin/x.cgi", "/cgi-bin/x.cgi", "/cgi-bin/x.cgi"},
		{"cleaned away", "/x/../b", "/x/..", "", ""},
		{"cleaned, and a mount", "//y/../app/./b", "//y/../app/.", "", "/app"},
		{"a host", "//evil.example/a", "//evil.example", "", "/evil.example"},
		{"a host with a backslash", `/%5Cevil.example/a`, `/\evil.example`, "", "/%5Cevil.example"},
	} {
		got := "not called"
		h := gangplank.AttachedFunc(func(_ *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetGateway(&gangplank.Gateway{ScriptName: tt.script})
			http.StripPrefix(tt.strip, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = mount.Point(r, c) })).ServeHTTP(nil, r)
		})
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", tt.uri, nil))
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.desc, got, tt.want)
		}
	}
}

func TestPointAtTheRootAllocates(t *testing.T) {
	gangplank.AttachedFunc(func(_ *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		if n := testing.AllocsPerRun(100, func() { mount.Point(r, c) }); n != 0 {
			t.Errorf("got %v allocations, want 0", n)
		}
	}).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/a?b", nil))
}
