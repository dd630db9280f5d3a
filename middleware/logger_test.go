package middleware_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/internal/mask/masktest"
)

// logged returns what one request to h leaves in the log, as JSON objects.
func logged(t *testing.T, cfg middleware.LoggerConfig, r *http.Request, h http.Handler, outside ...gangplank.Middleware) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	cfg.Form, cfg.Output = middleware.LogJSON, &out
	func() {
		defer func() { recover() }()
		gangplank.NewChain(outside...).Append(middleware.LoggerWith(cfg)).Then(h).ServeHTTP(httptest.NewRecorder(), r)
	}()
	var lines []map[string]any
	for line := range strings.Lines(out.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		lines = append(lines, fields)
	}
	return lines
}

func TestLoggerFields(t *testing.T) {
	t.Parallel()
	quiet := slog.New(slog.DiscardHandler)
	setStatus := func(status int) gangplank.Middleware {
		return func(next http.Handler) http.Handler {
			return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
				w.BeforeHead(func(int, http.Header) { w.Reset(); w.WriteHeader(status) })
				next.ServeHTTP(w, r)
			})
		}
	}
	for _, tt := range []struct {
		desc    string
		handler http.HandlerFunc
		outside []gangplank.Middleware
		want    map[string]any
	}{
		{"a page", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }, nil,
			map[string]any{"level": "INFO", "msg": "request", "method": "GET", "path": "/a%0Ab", "status": 200.0, "bytes": 5.0, "client": "192.0.2.1", "error": nil, "aborted": nil}},
		{"nothing written", func(w http.ResponseWriter, r *http.Request) {}, nil, map[string]any{"status": 200.0, "bytes": 0.0}},
		{"flushed first", func(w http.ResponseWriter, r *http.Request) { w.(http.Flusher).Flush() }, nil, map[string]any{"status": 200.0}},
		{"early hints", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(103); w.WriteHeader(404) }, nil, map[string]any{"status": 404.0, "level": "INFO"}},
		{"a long page", func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, 1e6)) }, nil, map[string]any{"bytes": 1e6}},
		{"an outer layer's 304", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") },
			[]gangplank.Middleware{setStatus(304)}, map[string]any{"status": 304.0, "bytes": 0.0}},
		{"a failure", gangplank.Try(func(http.ResponseWriter, *http.Request) error { return errors.New("disk full") }), nil,
			map[string]any{"status": 500.0, "error": "disk full", "level": "ERROR"}},
		{"a refusal", gangplank.Try(func(http.ResponseWriter, *http.Request) error { return gangplank.Error(404, "no").Because(io.EOF) }), nil,
			map[string]any{"status": 404.0, "error": "404 no: EOF", "level": "INFO"}},
		{"a panic", func(http.ResponseWriter, *http.Request) { panic("oops") }, nil,
			map[string]any{"status": 500.0, "error": "panic: oops", "level": "ERROR", "aborted": nil}},
		{"a panic after bytes", func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush(); panic(io.EOF) }, nil,
			map[string]any{"status": 200.0, "error": "panic: EOF", "level": "ERROR", "aborted": true}},
		{"an abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, nil,
			map[string]any{"status": 0.0, "error": nil, "level": "INFO", "aborted": true}},
		{"less than declared", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			io.WriteString(w, "hello")
		}, nil, map[string]any{"status": 200.0, "bytes": 5.0, "level": "INFO", "aborted": true}},
		{"a 304 with the page's length", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			w.WriteHeader(304)
		}, nil, map[string]any{"status": 304.0, "aborted": nil}},
		{"a client that has gone", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") },
			[]gangplank.Middleware{hangingUp}, map[string]any{"status": 200.0, "level": "INFO", "aborted": true}},
		{"a user", func(w http.ResponseWriter, r *http.Request) {
			gangplank.From(r).SetUser(gangplank.Identity{Name: "zoë\u202e"})
		}, nil,
			map[string]any{"user": `zoë\u202e`}},
		{"an id", func(http.ResponseWriter, *http.Request) {},
			[]gangplank.Middleware{middleware.RequestIDWith(middleware.RequestIDConfig{New: func() string { return "id1" }})},
			map[string]any{"request_id": "id1"}},
		{"a client", func(http.ResponseWriter, *http.Request) {},
			[]gangplank.Middleware{setClient("2001:db8::1")}, map[string]any{"client": "2001:db8::1"}},
		{"a client whose address begins with another", func(http.ResponseWriter, *http.Request) {},
			[]gangplank.Middleware{setClient("192.0.2.12")}, map[string]any{"client": "192.0.2.12"}},
	} {
		r := httptest.NewRequest("GET", "/a%0Ab?token=secret", nil)
		lines := logged(t, middleware.LoggerConfig{Logger: quiet}, r, tt.handler, tt.outside...)
		if len(lines) != 1 {
			t.Errorf("%s: %d lines", tt.desc, len(lines))
			continue
		}
		for name, want := range tt.want {
			if got := lines[0][name]; got != want {
				t.Errorf("%s: %s: got %v, want %v", tt.desc, name, got, want)
			}
		}
	}
}

// hangingUp is a client that takes the head only.
func hangingUp(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(goneClient{w}, r) })
}

type goneClient struct{ http.ResponseWriter }

func (goneClient) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func setClient(ip string) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetClientIP(netip.MustParseAddr(ip))
			next.ServeHTTP(w, r)
		})
	}
}

// The panic reaches the outer layers with its value, and the stack on which they
// find it still has the place where it began.
func TestLoggerRepanics(t *testing.T) {
	t.Parallel()
	h := middleware.Logger(slog.New(slog.DiscardHandler))(http.HandlerFunc(placeOfPanic))
	for _, want := range []any{"oops", http.ErrAbortHandler} {
		func() {
			defer func() {
				stack := stackOf()
				if v := recover(); v != want || !strings.Contains(stack, "placeOfPanic") {
					t.Errorf("got %v, want %v, with its stack:\n%s", v, want, stack)
				}
			}()
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil).WithContext(context.WithValue(context.Background(), panicKey{}, want)))
		}()
	}
}

type panicKey struct{}

func placeOfPanic(_ http.ResponseWriter, r *http.Request) { panic(r.Context().Value(panicKey{})) }

func TestLoggerDuration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream := func(w http.ResponseWriter, r *http.Request) {
			for range 3 {
				io.WriteString(w, "data: x\n\n")
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		}
		lines := logged(t, middleware.LoggerConfig{}, httptest.NewRequest("GET", "/", nil), http.HandlerFunc(stream))
		if got := lines[0]; got["duration"] != 3e9 || got["bytes"] != 27.0 {
			t.Errorf("got %v", got)
		}
	})
}

func TestLoggerLines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc   string
		form   middleware.LogForm
		change func(r *http.Request)
		want   string
	}{
		{"common", middleware.LogCommon, func(*http.Request) {}, `192.0.2.1 - - [T] "GET /a HTTP/1.1" 200 2`},
		{"combined", middleware.LogCombined, func(r *http.Request) { r.Header.Set("Referer", "http://x/"); r.Header.Set("User-Agent", "curl/8") },
			`192.0.2.1 - - [T] "GET /a HTTP/1.1" 200 2 "http://x/" "curl/8"`},
		{"nothing known", middleware.LogCombined, func(r *http.Request) { r.RemoteAddr = "@" }, `- - - [T] "GET /a HTTP/1.1" 200 2 "-" "-"`},
		{"forged line", middleware.LogCombined, func(r *http.Request) { r.Header.Set("User-Agent", "x\"\r\n10.0.0.1 - - \\\x1b[2J\u2028é") },
			`192.0.2.1 - - [T] "GET /a HTTP/1.1" 200 2 "-" "x\"\x0d\x0a10.0.0.1 - - \\\x1b[2J\xe2\x80\xa8\xc3\xa9"`},
		{"forged user", middleware.LogCommon, func(r *http.Request) { r.SetBasicAuth("eve [x] \"", "") }, `192.0.2.1 - eve\x20[x]\x20\" [T] "GET /a HTTP/1.1" 200 2`},
		{"forged method", middleware.LogCommon, func(r *http.Request) { r.Method = "GE\"T\n" }, `192.0.2.1 - - [T] "GE\"T\x0a /a HTTP/1.1" 200 2`},
		{"too long", middleware.LogCombined, func(r *http.Request) { r.Header.Set("Referer", strings.Repeat("x", 1e6)) },
			`192.0.2.1 - - [T] "GET /a HTTP/1.1" 200 2 "` + strings.Repeat("x", 2048) + `...(1000000 bytes)" "-"`},
	} {
		var out bytes.Buffer
		h := middleware.LoggerWith(middleware.LoggerConfig{Form: tt.form, Output: &out})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			user, _, _ := r.BasicAuth()
			gangplank.From(r).SetUser(gangplank.Identity{Name: user})
			io.WriteString(w, "ok")
		}))
		r := httptest.NewRequest("GET", "/a?token=secret", nil)
		tt.change(r)
		h.ServeHTTP(httptest.NewRecorder(), r)
		got := logTime.ReplaceAllString(out.String(), "[T]")
		if got != tt.want+"\n" {
			t.Errorf("%s: got  %s\nwant %s", tt.desc, got, tt.want)
		}
	}
}

var logTime = regexp.MustCompile(`\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]`)

// A common line has no place for the cause; the logger gets it.
func TestLoggerLinesFailure(t *testing.T) {
	t.Parallel()
	var lines, failures bytes.Buffer
	h := middleware.LoggerWith(middleware.LoggerConfig{Form: middleware.LogCommon, Output: &lines, Logger: slog.New(slog.NewTextHandler(&failures, nil))})(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/fail" {
				gangplank.From(r).SetFailure(errors.New("disk full"))
				w.WriteHeader(503)
			}
		}))
	for _, path := range []string{"/", "/fail"} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	}
	if n := strings.Count(lines.String(), "\n"); n != 2 {
		t.Errorf("%d lines for two requests", n)
	}
	if got := failures.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `error="disk full"`) {
		t.Errorf("the logger got %q", got)
	}
}

func TestLoggerSample(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	h := middleware.LoggerWith(middleware.LoggerConfig{
		Form: middleware.LogCommon, Output: &out, Query: true, Logger: slog.New(slog.DiscardHandler),
		Sample: map[string]int{"/never": 0, "/third": 3, "/every": 1},
	})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "fail" {
			w.WriteHeader(503)
		}
	}))
	for _, target := range []string{"/never", "/third", "/every", "/other", "/never?fail"} {
		for range 6 {
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", target, nil))
		}
	}
	for target, want := range map[string]int{"/never ": 0, "/third ": 2, "/every ": 6, "/other ": 6, "/never?fail ": 6} {
		if got := strings.Count(out.String(), target); got != want {
			t.Errorf("%s: got %d lines, want %d", target, got, want)
		}
	}
}

// What the handler logs goes where its access log goes.
func TestLoggerIsHandlers(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	h := middleware.Logger(slog.New(slog.NewTextHandler(&out, nil)))(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gangplank.From(r).Logger().Info("from the handler")
	}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if !strings.Contains(out.String(), "from the handler") {
		t.Errorf("got %q", &out)
	}
}

func TestLoggerConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() {
		middleware.LoggerWith(middleware.LoggerConfig{Form: 9, Sample: map[string]int{"healthz": -1}})
	}, "middleware.LoggerWith: ", "no form 9", `"healthz": -1`)
	wantPanic(t, func() { middleware.LoggerWith(middleware.LoggerConfig{Output: io.Discard}) }, "Output: ")
	first := middleware.LoggerConfig{Sample: map[string]int{"a": 1, "b": 1, "c": 1, "d": 1}}.Validate().Error()
	for range 20 {
		if got := (middleware.LoggerConfig{Sample: map[string]int{"d": 1, "c": 1, "b": 1, "a": 1}}).Validate().Error(); got != first {
			t.Fatalf("the order of faults changes: %q and %q", first, got)
		}
	}
}

func BenchmarkLogger(b *testing.B) {
	for name, cfg := range map[string]middleware.LoggerConfig{
		"json":     {Logger: slog.New(slog.NewJSONHandler(io.Discard, nil))},
		"combined": {Form: middleware.LogCombined, Output: io.Discard},
		"off":      {Logger: slog.New(slog.DiscardHandler)},
	} {
		b.Run(name, func(b *testing.B) {
			h := middleware.LoggerWith(cfg)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }))
			r, w := httptest.NewRequest("GET", "/users/alice", nil), nopWriter{}
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(w, r)
			}
		})
	}
}

type nopWriter map[string][]string

func (w nopWriter) Header() http.Header         { return http.Header(w) }
func (w nopWriter) Write(p []byte) (int, error) { return len(p), nil }
func (w nopWriter) WriteHeader(int)             {}

func ExampleLoggerWith() {
	var out bytes.Buffer
	h := middleware.LoggerWith(middleware.LoggerConfig{
		Form:   middleware.LogCombined,
		Output: &out,
		Sample: map[string]int{"/healthz": 100}, // of a hundred that are well, one
	})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/pages/x", nil))
	fmt.Println(logTime.ReplaceAllString(out.String(), "[...]"))
	// Output: 192.0.2.1 - - [...] "GET /pages/x HTTP/1.1" 200 5 "-" "-"
}

// What is meant to be a 503 is worth a warning; a failure has one line, wherever it
// is answered.
func TestLoggerFailuresOnce(t *testing.T) {
	t.Parallel()
	maintenance := new(middleware.Maintenance)
	maintenance.Begin(time.Time{})
	fails := gangplank.Try(func(http.ResponseWriter, *http.Request) error { return io.EOF })
	for _, tt := range []struct {
		desc string
		h    http.Handler
		want string
	}{
		{"maintenance", maintenance.Handler(fails), "WARN"},
		{"not ready", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }), "WARN"},
		{"a failure", fails, "ERROR"},
		{"a failure after the head", gangplank.Try(func(w http.ResponseWriter, _ *http.Request) error {
			_ = http.NewResponseController(w).Flush()
			return io.EOF
		}), "ERROR"},
		{"a time-out", middleware.Timeout(time.Nanosecond)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })), "ERROR"},
	} {
		var out bytes.Buffer
		h := middleware.Logger(slog.New(slog.NewJSONHandler(&out, nil)))(tt.h)
		func() {
			defer func() { recover() }()
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		}()
		if lines := strings.Count(out.String(), "\n"); lines != 1 || !strings.Contains(out.String(), `"level":"`+tt.want+`"`) {
			t.Errorf("%s: got %s, want one line with level %s", tt.desc, &out, tt.want)
		}
	}
}

// What a page hides no log shows either.
func TestLoggerMasks(t *testing.T) {
	t.Parallel()
	for _, c := range masktest.Corpus() {
		fails := gangplank.Try(func(http.ResponseWriter, *http.Request) error { return fmt.Errorf("storing: %w", errors.New(c.Text)) })
		var out bytes.Buffer
		for _, cfg := range []middleware.LoggerConfig{
			{Logger: slog.New(slog.NewTextHandler(&out, nil))},
			{Form: middleware.LogJSON, Output: &out},
			{Form: middleware.LogCommon, Output: io.Discard, Logger: slog.New(slog.NewTextHandler(&out, nil))},
		} {
			middleware.LoggerWith(cfg)(fails).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		}
		if got := out.String(); strings.Contains(got, c.Secret) || strings.Count(got, "storing: ") != 3 {
			t.Errorf("%s: got %s", c.Name, got)
		}
	}
}

// Nor does what else is logged here.
func TestLogsMask(t *testing.T) {
	t.Parallel()
	refused := errors.New("dial postgres://app:hunter2hunter2@db/app: refused")
	synctest.Test(t, func(t *testing.T) {
		for name, h := range map[string]http.Handler{
			"a check": middleware.Health(middleware.HealthConfig{Checks: map[string]middleware.Check{
				"database": func(context.Context) error { return refused },
			}})(http.NotFoundHandler()),
			"a late panic": middleware.Timeout(time.Second)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				time.Sleep(time.Minute)
				panic(refused)
			})),
		} {
			var out bytes.Buffer
			middleware.Logger(slog.New(slog.NewTextHandler(&out, nil)))(h).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/readyz", nil))
			time.Sleep(time.Hour)
			synctest.Wait()
			if got := out.String(); strings.Contains(got, "hunter2") || strings.Count(got, "refused") != 1 {
				t.Errorf("%s: got %s", name, got)
			}
		}
	})
}
