//go:build linux

package gatewaytest_test

import (
	"net/http"
	"testing"
)

// Debian's nginx passes a Host without port to FastCGI, with which every form of
// the site itself would look like one of another site's.
func TestCSRFBehindNginx(t *testing.T) {
	t.Parallel()
	s := noticeBoard(t, example(t, "login"), 1)
	for _, tt := range []struct {
		desc, origin string
		refused      bool
	}{
		{"the site itself", "http://" + s.server.Addr(), false},
		{"another port of the host", "http://127.0.0.1:1", true},
		{"the host without a port", "http://127.0.0.1", true},
		{"another site", "https://attacker.example", true},
		{"a sandboxed page", "null", true},
		{"no browser", "", false},
	} {
		a := s.do(t, "POST", "/login", nil, func(r *http.Request) {
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
		})
		if got := a.StatusCode == http.StatusForbidden; got != tt.refused || a.StatusCode >= 500 || a.StatusCode == http.StatusNotFound {
			t.Errorf("%s: got %s, want refused: %v", tt.desc, a.Status, tt.refused)
		}
	}
}
