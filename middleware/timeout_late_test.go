package middleware_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// foreign is a writer of somebody else's between ours.
func foreign(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(struct {
			http.ResponseWriter
			unwrapper
		}{w, unwrapper{w}}, r)
	})
}

type unwrapper struct{ w http.ResponseWriter }

func (u unwrapper) Unwrap() http.ResponseWriter { return u.w }

// A handler that fails because its time is up, as all code of databases does, adds
// nothing to the time-out in the log: neither a line of its own nor another cause.
func TestTimeoutLateFailure(t *testing.T) {
	t.Parallel()
	pages := errorpage.New(errorpage.Config{})
	for _, tt := range []struct {
		desc         string
		outer, inner []gangplank.Middleware
		status       int
		lines        int
	}{
		{"no error page", nil, nil, 500, 1},
		{"an error page", []gangplank.Middleware{pages}, nil, 500, 2}, // that of the page and that of the request
		{"a foreign writer", nil, []gangplank.Middleware{foreign}, 500, 1},
		{"not found", nil, nil, 404, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			var log strings.Builder
			ended := make(chan struct{})
			waits := func(next http.Handler) http.Handler { // so that the line comes after all that the handler does
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					next.ServeHTTP(w, r)
					<-ended
				})
			}
			tells := func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					defer close(ended)
					next.ServeHTTP(w, r)
				})
			}
			logs := middleware.Logger(slog.New(slog.NewTextHandler(&log, nil)))
			chain := gangplank.NewChain(logs, waits).Append(tt.outer...).Append(middleware.Timeout(time.Second), tells).Append(tt.inner...)
			rec := httptest.NewRecorder()
			chain.Then(gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
				<-r.Context().Done()
				return gangplank.Error(tt.status, "").Because(errors.New("pq: canceling statement"))
			})).ServeHTTP(rec, request("/"))
			got := log.String()
			if rec.Code != 503 || strings.Contains(got, "pq: ") || strings.Count(got, "ERROR") != 1 || strings.Count(got, "\n") != tt.lines {
				t.Errorf("%s: got %d, and the log %s", tt.desc, rec.Code, got)
			}
		})
	}
}
