package middleware_test

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

// TestTransparent holds every middleware of the package to be noticed only for what it is for.
func TestTransparent(t *testing.T) {
	request := func(name, value string) middlewaretest.Option {
		return middlewaretest.Request(func(r *http.Request) { r.Header.Set(name, value) })
	}
	for _, tt := range []struct {
		name    string
		m       gangplank.Middleware
		options []middlewaretest.Option
	}{
		{"RequestID", middleware.RequestID, []middlewaretest.Option{middlewaretest.Fields("it sets it", "X-Request-Id")}},
		{"ClientIP", middleware.ClientIP(middleware.ClientIPConfig{Proxies: 1}), []middlewaretest.Option{request("X-Forwarded-For", "192.0.2.1, 192.0.2.2")}},
		{"Logger", middleware.Logger(slog.New(slog.DiscardHandler)), nil},
		{"SecureHeaders", middleware.SecureHeaders(middleware.SecurePages()), []middlewaretest.Option{middlewaretest.Fields("it sets them",
			"Content-Security-Policy", "X-Frame-Options", "Referrer-Policy", "Permissions-Policy",
			"Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "X-Content-Type-Options")}},
		{"Timeout", middleware.Timeout(time.Minute), nil},
		{"Deadline", middleware.Deadline(time.Minute), nil},
		{"InFlight", middleware.InFlight(middleware.InFlightConfig{Limit: 1000}), nil},
		{"BodyLimit", middleware.BodyLimit(64 << 20), nil},
		{"CSRF", middleware.CSRF, []middlewaretest.Option{request("Sec-Fetch-Site", "same-origin")}},
		{"MountRedirects", middleware.MountRedirects, nil},
		{"HostCheck", middleware.HostCheck("127.0.0.1"), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			middlewaretest.Run(t, tt.m, tt.options...)
		})
	}
}
