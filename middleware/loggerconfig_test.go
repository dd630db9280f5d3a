package middleware_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
)

// Attributes are of records, whatever the form of the lines, and of each once.
func TestLoggerAttrs(t *testing.T) {
	t.Parallel()
	fails := gangplank.Try(func(http.ResponseWriter, *http.Request) error { return io.EOF })
	for _, tt := range []struct {
		form            middleware.LogForm
		lines, failures int // that have the attribute
	}{
		{middleware.LogStructured, 0, 1},
		{middleware.LogJSON, 1, 0},
		{middleware.LogCommon, 0, 1},
		{middleware.LogCombined, 0, 1},
	} {
		var lines, failures bytes.Buffer
		cfg := middleware.LoggerConfig{
			Form: tt.form, Logger: slog.New(slog.NewTextHandler(&failures, nil)),
			Attrs: func(*http.Request) []slog.Attr { return []slog.Attr{slog.String("tenant", "acme")} },
		}
		if tt.form != middleware.LogStructured {
			cfg.Output = &lines
		}
		middleware.LoggerWith(cfg)(fails).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		if strings.Count(lines.String(), "acme") != tt.lines || strings.Count(failures.String(), "acme") != tt.failures {
			t.Errorf("form %d: got lines %q and failures %q", tt.form, &lines, &failures)
		}
	}
}
