package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/compress"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// lines is a log that several goroutines write.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// with returns those that contain s.
func (l *lines) with(s string) (found []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.buf.String()) {
		if strings.Contains(line, s) {
			found = append(found, line)
		}
	}
	return found
}

// failing is the chain of the package's documentation, and what it leaves behind.
func failing(t *testing.T, cfg errorpage.Config, h http.HandlerFunc, inside ...gangplank.Middleware) (*httptest.ResponseRecorder, *lines) {
	t.Helper()
	log, rec := new(lines), httptest.NewRecorder()
	r := httptest.NewRequest("GET", "http://localhost/", nil)
	r.RemoteAddr = "127.0.0.1:4711"
	func() {
		defer func() {
			if v := recover(); v != nil && v != http.ErrAbortHandler {
				t.Errorf("panic: %v", v)
			}
		}()
		gangplank.NewChain(middleware.RequestID, middleware.Logger(slog.New(slog.NewTextHandler(log, nil))), errorpage.New(cfg)).
			Append(inside...).ThenFunc(h).ServeHTTP(rec, r)
	}()
	return rec, log
}

// A failure has one line of level Error, the error page's; the access log's has
// its id. What no error page has answered is the access log's to tell.
func TestLoggerWithErrorPage(t *testing.T) {
	t.Parallel()
	try := func(err error) http.HandlerFunc {
		return gangplank.Try(func(http.ResponseWriter, *http.Request) error { return err })
	}
	for _, tt := range []struct {
		desc    string
		h       http.HandlerFunc
		errors  int // lines with level Error
		id      bool
		refusal string // the access log's own error
	}{
		{"an error", try(io.EOF), 1, true, ""},
		{"a panic", func(http.ResponseWriter, *http.Request) { panic("oops") }, 1, true, ""},
		{"an error after the head", gangplank.Try(func(w http.ResponseWriter, _ *http.Request) error {
			_ = http.NewResponseController(w).Flush()
			return io.EOF
		}), 1, true, ""},
		{"a goroutine's panic", gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
			return fmt.Errorf("in the background: %w", errorpage.Go(r.Context(), func(context.Context) error { panic("oops") })())
		}), 1, true, ""},
		{"a refusal with a cause", try(gangplank.Error(403, "No.").Because(io.EOF)), 0, true, ""},
		{"a refusal", try(gangplank.Error(404, "No such page.")), 0, false, "404 No such page."},
		{"a failure that nobody answered", func(w http.ResponseWriter, r *http.Request) {
			gangplank.From(r).SetFailure(io.EOF)
			w.WriteHeader(500)
		}, 1, false, "EOF"},
		{"another failure, later", func(w http.ResponseWriter, r *http.Request) {
			try(io.EOF)(w, r)
			gangplank.From(r).SetFailure(errors.New("disk full"))
		}, 2, true, "disk full"},
	} {
		rec, log := failing(t, errorpage.Config{}, tt.h)
		access := log.with("msg=request ")
		if len(access) != 1 || len(log.with("level=ERROR")) != tt.errors {
			t.Errorf("%s: got %q, want one line of the access log, and %d with level Error", tt.desc, log.with(""), tt.errors)
			continue
		}
		id := rec.Header().Get("X-Error-Id")
		if ids := log.with("error_id="); len(ids) != map[bool]int{true: 2}[tt.id] || tt.id && len(log.with("error_id="+idIn(access[0])+" ")) == 0 || id != "" && id != idIn(access[0]) {
			t.Errorf("%s: the client has id %q; got %q", tt.desc, id, log.with(""))
		}
		if refusal := " error=" + tt.refusal; strings.Contains(access[0], " error=") != (tt.refusal != "") || !strings.Contains(strings.ReplaceAll(access[0], `"`, ""), refusal) && tt.refusal != "" {
			t.Errorf("%s: got %s, want error %q", tt.desc, access[0], tt.refusal)
		}
	}
}

// idIn returns the id in a line of the text form.
func idIn(line string) string {
	_, rest, _ := strings.Cut(line, "error_id=")
	id, _, _ := strings.Cut(rest, " ")
	return strings.TrimSpace(id)
}

// When a time limit has passed, that is one failure, with one id, whatever the
// handler makes of its context's end.
func TestLimitsReportOnce(t *testing.T) {
	t.Parallel()
	limits := map[string]gangplank.Middleware{"Deadline": middleware.Deadline(time.Second), "Timeout": middleware.Timeout(time.Second)}
	for desc, h := range map[string]func(*http.Request) error{
		"nothing":       func(r *http.Request) error { return nil },
		"its end":       func(r *http.Request) error { return r.Context().Err() },
		"its cause":     func(r *http.Request) error { return context.Cause(r.Context()) },
		"what it ended": func(r *http.Request) error { return fmt.Errorf("listing pages: %w", r.Context().Err()) },
	} {
		for name, limit := range limits {
			for _, development := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) {
					var mu sync.Mutex
					notified := 0
					records := &errorpage.Records{Dir: t.TempDir()}
					rec, log := failing(t, errorpage.Config{Development: development, Records: records, Notify: func(context.Context, *errorpage.Report) {
						mu.Lock()
						defer mu.Unlock()
						notified++
					}}, gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
						<-r.Context().Done()
						return h(r)
					}), limit)
					synctest.Wait()
					mu.Lock()
					defer mu.Unlock()
					id := rec.Header().Get("X-Error-Id")
					record, err := records.Get(id)
					all, _ := records.List()
					if err != nil || record.Count != 1 || len(all) != 1 || notified != 1 || rec.Code != 503 {
						t.Errorf("%s, %s, development %v: status %d, %d records, that of %s: %+v, %v; %d notices",
							name, desc, development, rec.Code, len(all), id, record, err, notified)
					}
					if told := log.with("error_id=" + id); len(told) != 2 || len(log.with("error_id=")) != 2 || len(log.with("level=ERROR")) != 1 {
						t.Errorf("%s, %s, development %v: the log is %q", name, desc, development, log.with(""))
					}
				})
			}
		}
	}
}

// The page of a Deadline tells what the handler said.
func TestDeadlineTellsHandlersError(t *testing.T) {
	t.Parallel()
	for desc, end := range map[string]func(context.Context) error{
		"of the context": func(ctx context.Context) error { return fmt.Errorf("listing pages: %w", ctx.Err()) },
		"another":        func(context.Context) error { return errors.New("listing pages: no rows") },
	} {
		synctest.Test(t, func(t *testing.T) {
			rec, log := failing(t, errorpage.Config{}, gangplank.Try(func(_ http.ResponseWriter, r *http.Request) error {
				<-r.Context().Done()
				return end(r.Context())
			}), middleware.Deadline(time.Second))
			if rec.Code != 503 || len(log.with("listing pages")) != 1 || len(log.with("error_id="+rec.Header().Get("X-Error-Id"))) != 2 {
				t.Errorf("%s: status %d, the log is %q", desc, rec.Code, log.with(""))
			}
		})
	}
}

// In the documented order every page is compressed, that of a panic included.
func TestErrorPageIsCompressed(t *testing.T) {
	t.Parallel()
	for desc, h := range map[string]http.HandlerFunc{
		"an error": gangplank.Try(func(http.ResponseWriter, *http.Request) error { return io.EOF }),
		"a panic":  func(http.ResponseWriter, *http.Request) { panic("oops") },
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Accept-Encoding", "gzip")
		rec := httptest.NewRecorder()
		gangplank.NewChain(quiet, compress.New(compress.Config{MinSize: 100}), errorpage.New(errorpage.Config{})).Then(h).ServeHTTP(rec, r)
		if got := rec.Header().Get("Content-Encoding"); rec.Code != 500 || got != "gzip" {
			t.Errorf("%s: got %d, encoded as %q", desc, rec.Code, got)
		}
	}
}
