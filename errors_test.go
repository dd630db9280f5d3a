package gangplank_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
)

func TestStatusOf(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		public string
	}{
		{gangplank.Error(409, "Somebody else saved this page."), 409, "Somebody else saved this page."},
		{gangplank.Error(404, ""), 404, "Not Found"},
		{fmt.Errorf("saving: %w", gangplank.Error(409, "taken").Because(io.EOF)), 409, "taken"},
		{errors.Join(io.EOF, gangplank.Error(410, "gone")), 410, "gone"},
		{fmt.Errorf("reading: %w", &http.MaxBytesError{Limit: 5}), 413, "Request Entity Too Large"},
		{fmt.Errorf("asking: %w", context.DeadlineExceeded), 504, "Gateway Timeout"},
		{io.EOF, 500, "Internal Server Error"},
		{gangplank.Error(200, "not an error status"), 500, "not an error status"},
	} {
		if got := gangplank.StatusOf(c.err); got != c.status {
			t.Errorf("StatusOf(%v) = %d, want %d", c.err, got, c.status)
		}
		if got := gangplank.PublicText(c.err); got != c.public {
			t.Errorf("PublicText(%v) = %q, want %q", c.err, got, c.public)
		}
	}
	err := gangplank.Error(503, "Back soon.").Because(io.ErrUnexpectedEOF).With("Retry-After", "5")
	if !errors.Is(err, io.ErrUnexpectedEOF) || err.Error() != "503 Back soon.: unexpected EOF" {
		t.Errorf("%v", err)
	}
}

func TestTry(t *testing.T) {
	secret := errors.New("dial tcp: password=hunter2")
	h := func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Etag", `"half"`)
		w.Header().Set("Set-Cookie", "kept=1")
		io.WriteString(w, "half a page")
		return gangplank.Error(503, "Back soon.").Because(secret).With("Retry-After", "5")
	}
	page := func(w http.ResponseWriter, r *http.Request, err error) {
		w.WriteHeader(gangplank.StatusOf(err))
		fmt.Fprintf(w, "<h1>%s</h1>", gangplank.PublicText(err))
	}
	var failure error
	rendering := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			outer := c.SetErrorRenderer(page)
			defer func() { c.SetErrorRenderer(outer) }()
			next.ServeHTTP(w, r)
			failure = c.Failure()
		})
	}
	shouting := encoding(func(dst io.Writer) gangplank.Encoder { return upper{dst} })
	for _, c := range []struct {
		desc string
		h    http.Handler
		body string
	}{
		{"alone under net/http", gangplank.Try(h), "503 Service Unavailable\nBack soon.\n"},
		{"nearest renderer", rendering(gangplank.Try(h)), "<h1>Back soon.</h1>"},
		{"through the layers between", rendering(shouting(foreign(gangplank.Try(h)))), "<H1>BACK SOON.</H1>."},
	} {
		rec := httptest.NewRecorder()
		c.h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		if rec.Code != 503 || rec.Body.String() != c.body {
			t.Errorf("%s: got %d %q, want 503 %q", c.desc, rec.Code, rec.Body, c.body)
		}
		if head := fmt.Sprint(rec.Result().Header); strings.Contains(head, "half") || !strings.Contains(head, "kept=1") {
			t.Errorf("%s: header %s", c.desc, head)
		}
	}
	if !errors.Is(failure, secret) {
		t.Errorf("the Context's Failure is %v", failure)
	}
}

// When the head is out the answer must not look complete.
func TestTryAfterHead(t *testing.T) {
	server := httptest.NewUnstartedServer(gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		io.WriteString(w, "half a page")
		http.NewResponseController(w).Flush()
		return io.EOF
	}))
	server.Config.ErrorLog = quiet()
	server.Start()
	defer server.Close()
	res, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err == nil {
		t.Errorf("a broken answer was read as complete: %q", body)
	}
}

// A client that went away is not a failure to be answered.
func TestTryClientGone(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	rec := httptest.NewRecorder()
	gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		return fmt.Errorf("query: %w", r.Context().Err())
	}).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil).WithContext(ctx))
	if rec.Code != gangplank.StatusClientClosedRequest || rec.Body.Len() > 0 {
		t.Errorf("got %d %q", rec.Code, rec.Body)
	}
}

// An encoder that fails must not leave an answer that looks whole.
func TestBrokenEncoder(t *testing.T) {
	h := encoding(func(dst io.Writer) gangplank.Encoder { return broken{} })(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "a page")
	}))
	rec := httptest.NewRecorder()
	defer func() {
		if got := recover(); got != http.ErrAbortHandler || rec.Body.Len() > 0 {
			t.Errorf("panic %v, %q was sent", got, rec.Body)
		}
	}()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
func (broken) Flush() error              { return io.ErrShortWrite }
func (broken) Close() error              { return io.ErrShortWrite }

func TestTryAbort(t *testing.T) {
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("panic %v, want http.ErrAbortHandler", got)
		}
	}()
	get(gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		return fmt.Errorf("giving up: %w", http.ErrAbortHandler)
	}), "GET", "/")
}

func TestChain(t *testing.T) {
	tag := func(name string) gangplank.Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				io.WriteString(w, name)
				next.ServeHTTP(w, r)
			})
		}
	}
	base := gangplank.NewChain(tag("a"))
	one, two := base.Append(tag("b")), base.Append(tag("c")).Named("last", tag("d"))
	all := one.Extend(two)
	for want, c := range map[string]gangplank.Chain{"a.": base, "ab.": one, "acd.": two, "abacd.": all} {
		rec := get(c.ThenFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, ".") }), "GET", "/")
		if rec.Body.String() != want {
			t.Errorf("got %s, want %s", rec.Body, want)
		}
	}
	var names []string
	for _, layer := range gangplank.NewChain(attach, tag("x"), layer("x")).Named("own", attach).Layers() {
		_, name, _ := strings.Cut(layer.Name, ".") // the folder of a test is the checkout's
		names = append(names, name)
	}
	if got := fmt.Sprint(names); got != "[attach TestChain layer ]" {
		t.Errorf("names %s", got)
	}
	if name := gangplank.NewChain(func1).Layers()[0].Name; !strings.HasSuffix(name, ".func1") {
		t.Errorf("a function that is named as the compiler names closures: %s", name)
	}
}

func func1(next http.Handler) http.Handler { return next }

func layer(string) gangplank.Middleware {
	return func(next http.Handler) http.Handler { return next }
}

// ring is an error that is its own cause, alone or among others.
type ring struct{ joined bool }

func (*ring) Error() string { return "ring" }

func (e *ring) Unwrap() []error {
	if e.joined {
		return []error{io.EOF, e, e}
	}
	return []error{e}
}

type loop struct{}

func (loop) Error() string   { return "loop" }
func (e loop) Unwrap() error { return e }

// An error whose causes have no end does not hang the answer, nor whoever looks
// at the failure.
func TestEndlessError(t *testing.T) {
	for _, err := range []error{&ring{}, &ring{joined: true}, loop{}, fmt.Errorf("around: %w", loop{})} {
		rec := httptest.NewRecorder()
		var failure error
		h := gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetLogger(slog.New(slog.DiscardHandler))
			gangplank.Fail(w, r, err)
			failure = c.Failure()
		})
		h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		if rec.Code != 500 || failure.Error() != err.Error() || errors.Is(failure, io.ErrShortWrite) {
			t.Errorf("%v: got %d, failure %v", err, rec.Code, failure)
		}
		if got := gangplank.StatusOf(err); got != 500 || gangplank.PublicText(err) != "Internal Server Error" {
			t.Errorf("%v: status %d", err, got)
		}
	}
}

type nilError struct{ text string }

func (e *nilError) Error() string { return e.text }

type rudeError struct{}

func (rudeError) Error() string   { panic("no comment") }
func (rudeError) HTTPStatus() int { return 409 }

type pickyError struct{ code int }

func (e *pickyError) Error() string   { return "picky" }
func (e *pickyError) Is(error) bool   { return e.code == 1 }
func (e *pickyError) HTTPStatus() int { return e.code }

type shyError struct{}

func (shyError) Error() string   { return "shy" }
func (shyError) HTTPStatus() int { panic("no status") }

// An error that panics when it is asked for its text, as does a nil pointer that
// somebody has returned as an error, is a failure as any other.
func TestErrorWithoutText(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		text   string
	}{
		{(*nilError)(nil), 500, "*gangplank_test.nilError without a text: its method Error panics: "},
		{rudeError{}, 409, "gangplank_test.rudeError without a text: its method Error panics: no comment"},
		{(*gangplank.HTTPError)(nil), 500, "*gangplank.HTTPError without a text: its method Error panics: "},
		{gangplank.Error(404, "x").Because((*nilError)(nil)), 404, "404 x: *gangplank_test.nilError without a text: its method Error panics: "},
		{(*pickyError)(nil), 500, "picky"},
		{fmt.Errorf("saving: %w", (*pickyError)(nil)), 500, "saving: picky"},
		{shyError{}, 500, "shy"},
		{errors.Join(io.EOF, (*nilError)(nil)), 500, "*errors.joinError without a text: its method Error panics: "},
	} {
		rec := httptest.NewRecorder()
		gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetLogger(slog.New(slog.DiscardHandler))
			gangplank.Try(func(http.ResponseWriter, *http.Request) error { return tt.err })(w, r)
			if got := c.Failure().Error(); !strings.HasPrefix(got, tt.text) {
				t.Errorf("the failure is %q, want %q", got, tt.text)
			}
		}).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		if rec.Code != tt.status {
			t.Errorf("%s: got %d, want %d", tt.text, rec.Code, tt.status)
		}
	}
}

// What a public text has from the client drives nobody's terminal.
func TestRenderTextCleans(t *testing.T) {
	rec := httptest.NewRecorder()
	gangplank.RenderText(rec, httptest.NewRequest("GET", "/", nil), gangplank.Error(404, "No \x1b]0;pwned\a\xff\x00\u009b\tpage\nörtlich."))
	if got, want := rec.Body.String(), "404 Not Found\nNo \ufffd]0;pwned\ufffd\ufffd\ufffd\ufffd\tpage\nörtlich.\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

type storeError bool

func (storeError) Error() string          { return "no connection" }
func (e storeError) NeedsAttention() bool { return bool(e) }

// What is meant to be answered so is not logged as a failure, and nothing is that
// an access log has.
func TestRenderTextLogs(t *testing.T) {
	for _, tt := range []struct {
		desc   string
		err    error
		logged bool // by a layer around
		want   string
	}{
		{"a failure", io.EOF, false, "request failed"},
		{"a failure that is logged", io.EOF, true, ""},
		{"a refusal", gangplank.Error(404, ""), false, ""},
		{"maintenance", gangplank.Error(503, "").Because(errors.New("on")), false, ""},
		{"a time-out", gangplank.Error(503, "").Because(http.ErrHandlerTimeout), false, "request failed"},
		{"another time-out", context.DeadlineExceeded, false, "request failed"},
		{"a store that fails", gangplank.Error(503, "").Because(storeError(true)), false, "request failed"},
		{"a store that failed a moment ago", gangplank.Error(503, "").Because(storeError(false)), false, ""},
		{"a store that hung a moment ago", gangplank.Error(503, "").Because(errors.Join(context.DeadlineExceeded, storeError(false))), false, ""},
	} {
		var log strings.Builder
		h := gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetLogger(slog.New(slog.NewTextHandler(&log, nil)))
			if tt.logged {
				c.SetFailureLogged()
			}
			gangplank.Fail(w, r, tt.err)
		})
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		if got := log.String(); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.desc, got, tt.want)
		}
	}
}

// A query may hold secrets: where a failure is logged, it is not, whether the
// answer can still be replaced or is broken off.
func TestFailLogsNoQuery(t *testing.T) {
	for message, sent := range map[string]bool{"request failed": false, "response broken off": true} {
		var log strings.Builder
		h := gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			defer func() { _ = recover() }() // http.ErrAbortHandler
			c.SetLogger(slog.New(slog.NewTextHandler(&log, nil)))
			if sent {
				w.Flush()
			}
			gangplank.Fail(w, r, io.EOF)
		})
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/reset?token=sesame", nil))
		if got := log.String(); !strings.Contains(got, message) || !strings.Contains(got, "path=/reset") || strings.Contains(got, "sesame") {
			t.Errorf("%s: got %q", message, got)
		}
	}
}
