package middleware_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
)

// FuzzLogJSON holds the lines of LogJSON to be those of slog.JSONHandler, whatever
// the request has in it.
func FuzzLogJSON(f *testing.F) {
	f.Add("GET", "/a?b", "id1", "", "", 200, uint32(0))
	f.Add("GET", "/\"\\\x00\x1f\n\r\t\x7f", "\xff\u2028\u2029\u202e<&>", "zoë", "EOF", 200, uint32(1_000_000_001))
	f.Add("\xf0\x28", "", "\u00e9\ufffd", "\U0001f600", "line\nline", 503, uint32(120_034_000))
	f.Fuzz(func(t *testing.T, method, target, id, user, failure string, status int, clock uint32) {
		if status < 200 || status > 999 {
			t.Skip()
		}
		synctest.Test(t, func(t *testing.T) { // where no time passes between the two
			time.Sleep(time.Duration(clock)) // the bubble's begins with a whole second
			handler := func(w http.ResponseWriter, r *http.Request) {
				c := gangplank.From(r)
				c.SetRequestID(id)
				c.SetUser(gangplank.Identity{Name: user})
				if failure != "" {
					c.SetFailure(errors.New(failure))
				}
				w.WriteHeader(status)
			}
			serve := func(cfg middleware.LoggerConfig) {
				r := httptest.NewRequest("GET", "/", nil)
				r.Method, r.RequestURI = method, target
				middleware.LoggerWith(cfg)(http.HandlerFunc(handler)).ServeHTTP(httptest.NewRecorder(), r)
			}
			var ours, slogs bytes.Buffer
			serve(middleware.LoggerConfig{Form: middleware.LogJSON, Output: &ours})
			serve(middleware.LoggerConfig{Logger: slog.New(slog.NewJSONHandler(&slogs, nil))})
			if ours.String() != slogs.String() || ours.Len() == 0 {
				t.Errorf("got  %s\nwant %s", &ours, &slogs)
			}
		})
	})
}

// Where the record comes from is known, though nobody looks for it.
func TestLoggerSource(t *testing.T) {
	var out bytes.Buffer
	l := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{AddSource: true}))
	middleware.Logger(l)(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if !bytes.Contains(out.Bytes(), []byte(`/middleware/logger.go","line":`)) {
		t.Errorf("got %s, want the source logger.go", &out)
	}
}
