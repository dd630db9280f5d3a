package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

func TestMaintenance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &middleware.Maintenance{RetryAfter: 90 * time.Second}
		h := m.Handler(http.HandlerFunc(greet))
		step := func(desc, want string) {
			t.Helper()
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, request("/"))
			if got := fmt.Sprint(rec.Code, " ", rec.Header().Get("Retry-After")); got != want {
				t.Errorf("%s: got %q, want %q", desc, got, want)
			}
		}
		step("off", "200 ")
		m.Begin(time.Time{})
		step("on", "503 90")
		m.Begin(time.Now().Add(time.Hour))
		step("for an hour", "503 3600")
		time.Sleep(time.Hour) // of the bubble's clock
		step("longer than expected", "503 90")
		m.End()
		step("off again", "200 ")
	})
}

func TestMaintenanceAllow(t *testing.T) {
	t.Parallel()
	m := &middleware.Maintenance{
		Allow:     []netip.Prefix{netip.MustParsePrefix("192.0.2.0/28"), netip.MustParsePrefix("fe80::/10")},
		AllowFunc: func(r *http.Request) bool { return r.URL.Path == "/login" },
	}
	m.Begin(time.Time{})
	for _, tt := range []struct {
		remote, path string
		want         int
	}{
		{"192.0.2.1:80", "/", 200},
		{"[fe80::1%eth0]:80", "/", 200},
		{"198.51.100.1:80", "/", 503},
		{"198.51.100.1:80", "/login", 200},
		{"@", "/", 503}, // nobody knows who
	} {
		r := request(tt.path)
		r.RemoteAddr = tt.remote
		r.Header.Set("X-Forwarded-For", "192.0.2.1")
		if rec := answer(m.Handler, r, greet); rec.Code != tt.want {
			t.Errorf("%s %s: got %d, want %d", tt.remote, tt.path, rec.Code, tt.want)
		}
	}
}

func TestMaintenanceFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "maintenance")
	m := &middleware.Maintenance{File: file}
	if m.Active() {
		t.Error("on without the file")
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if m.End(); !m.Active() {
		t.Error("off despite the file")
	}
	if rec := answer(m.Handler, request("/"), greet); rec.Code != 503 || rec.Header().Get("Retry-After") != "300" {
		t.Errorf("got %d and Retry-After %q", rec.Code, rec.Header().Get("Retry-After"))
	}
}

// The page is that of the nearest renderer.
func TestMaintenancePage(t *testing.T) {
	t.Parallel()
	m := &middleware.Maintenance{Text: "Moving."}
	m.Begin(time.Time{})
	branded := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetErrorRenderer(func(w http.ResponseWriter, _ *http.Request, err error) {
				fmt.Fprint(w, "branded: ", gangplank.PublicText(err))
			})
			next.ServeHTTP(w, r)
		})
	}
	if rec := answer(gangplank.NewChain(branded, m.Handler).Middleware(), request("/"), greet); rec.Body.String() != "branded: Moving." {
		t.Errorf("got %q", rec.Body)
	}
}

func TestMaintenanceConfig(t *testing.T) {
	t.Parallel()
	m := &middleware.Maintenance{RetryAfter: -1, Allow: []netip.Prefix{{}, netip.MustParsePrefix("::ffff:10.0.0.0/104")}}
	wantPanic(t, func() { m.Handler(http.HandlerFunc(greet)) },
		"middleware.Maintenance: ", "is not a network", "::ffff:10.0.0.0/104 is IPv4 in IPv6's form", "RetryAfter: -1ns is negative")
}

func TestMaintenanceTransparent(t *testing.T) {
	t.Parallel()
	m := &middleware.Maintenance{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	m.Begin(time.Time{})
	middlewaretest.Run(t, m.Handler)
}

func ExampleMaintenance() {
	var maintenance middleware.Maintenance
	h := maintenance.Handler(http.HandlerFunc(greet))

	maintenance.Begin(time.Time{})
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	fmt.Println(rec.Code, rec.Header().Get("Retry-After"))
	// Output: 503 300
}
