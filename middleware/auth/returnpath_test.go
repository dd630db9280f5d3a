package auth

import (
	"net/url"
	"path"
	"strings"
	"testing"
)

func TestSafeReturn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		target, mount string
		want          bool
	}{
		{"/", "", true},
		{"/a/b?c=d&e=//f", "", true},
		{"/a%2Fb", "", true},
		{"/app", "/app", true},
		{"/app/", "/app", true},
		{"/app/x", "/app", true},
		{"/app%20y/x", "/app y", true},
		{"/application", "/app", false},
		{"/", "/app", false},
		{"/app/../admin", "/app", false},
		{"/app/%2e%2e/admin", "/app", false},
		{"/app/.%2E/admin", "/app", false},
		{"", "", false},
		{"a", "", false},
		{"//evil.example", "", false},
		{"///evil.example", "", false},
		{"/\\evil.example", "", false},
		{"\\/evil.example", "", false},
		{"/%5cevil.example", "", false},
		{"/%09/evil.example", "", false},
		{"/\t/evil.example", "", false},
		{"/a//evil.example", "", false},
		{"/a/..//evil.example", "", false},
		{"/%2f/evil.example", "", false},
		{"/a\r\nSet-Cookie: x=y", "", false},
		{"/ä", "", false},
		{"https://evil.example/", "", false},
		{"https:/evil.example/", "", false},
		{"javascript:alert(1)", "", false},
		{"/%zz", "", false},
		{"/" + strings.Repeat("a", maxReturnPath), "", false},
	} {
		if got := safeReturn(tt.target, tt.mount); got != tt.want {
			t.Errorf("%q at %q: got %v", tt.target, tt.mount, got)
		}
	}
}

func FuzzSafeReturn(f *testing.F) {
	for _, seed := range []string{"/a?b", "//x", "/\\x", "/a/../b", "/%2e%2e/", "http:/x", "/app/%2F%2Fx", "/app;x=y/#z"} {
		f.Add(seed, "/app")
		f.Add(seed, "")
	}
	base, _ := url.Parse("https://site.example/app/login")
	f.Fuzz(func(t *testing.T, target, mount string) {
		if mount != "" && (mount[0] != '/' || path.Clean(mount) != mount || mount == "/") || !safeReturn(target, mount) {
			return
		}
		u, err := base.Parse(target)
		if err != nil || u.Host != base.Host || u.Scheme != "https" || u.User != nil {
			t.Fatalf("%q leads to %v, %v", target, u, err)
		}
		if clean := path.Clean(u.Path); mount != "" && clean != mount && !strings.HasPrefix(clean, mount+"/") {
			t.Fatalf("%q leads out of %q", target, mount)
		}
	})
}
