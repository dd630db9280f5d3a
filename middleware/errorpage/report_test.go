package errorpage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/internal/mask/masktest"
)

var development = errorpage.Config{Development: true}

var formats = []string{"text/html", "application/json", "text/plain", "text/markdown"}

func findPage(name string) error {
	err := &fs.PathError{Op: "open", Path: "/pages/" + name, Err: fs.ErrNotExist}
	return errorpage.Trace(err, "page", name)
}

// What a page tells.
func TestReport(t *testing.T) {
	s := newSite(development, nil)
	s.Route("/wiki", func(r *gangplank.Router) {
		r.Use(gangplank.NewChain().Named("wiki.Rights", func(next http.Handler) http.Handler { return next }).Around(errorpage.Probe).Middleware())
		r.HandleFunc("/{page}", gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
			errorpage.With(r.Context(), "revision", 17)
			gangplank.From(r).Logger().With("part", "store").WithGroup("query").Info("looking up", "table", "pages")
			r.ParseForm()
			return fmt.Errorf("show: %w", errors.Join(errors.New("cache is cold"), findPage(r.PathValue("page"))))
		})).Name("page")
	})
	r := local("POST", "/wiki/Front?sort=<b>", "Content-Type", "application/x-www-form-urlencoded", "Cookie", "theme=dark")
	r.Body = io.NopCloser(strings.NewReader("title=A+page"))
	body := map[string]string{}
	for _, accept := range formats {
		r := r.Clone(t.Context())
		r.Body = io.NopCloser(strings.NewReader("title=A+page"))
		r.Header.Set("Accept", accept)
		body[accept] = s.get(t, r).Body.String()
	}
	var problem struct{ Debug errorpage.Report }
	if err := json.Unmarshal([]byte(body["application/json"]), &problem); err != nil {
		t.Fatal(err)
	}
	got := problem.Debug
	if cause := got.Error.Causes[0].Causes[1]; cause.Type != "*fs.PathError" || !strings.HasSuffix(cause.Stack[0].Func, "findPage") || cause.Stack[0].Kind != "application" {
		t.Errorf("got %+v", cause)
	} else if fmt.Sprint(cause.Fields) != "[{page Front} {Op open} {Path /pages/Front}]" {
		t.Errorf("got fields %v", cause.Fields)
	}
	want := []string{"cache is cold", "errorpage.Trace(err, ", "findPage", "report_test.go:", "looking up", "query.table", "revision", "/wiki/{page}", "title", "A page"}
	for accept, page := range body {
		if accept == "text/plain" || accept == "text/markdown" || accept == "text/html" {
			has(t, accept, page, want[:8]...)
		}
	}
	has(t, "the page", body["text/html"], append(want, "wiki.Rights", "vscode://file/", "theme", "net/http", "goroutine")...)
	hasNot(t, "the page", body["text/html"], "sort=<b>", " style=", " onclick", "ZgotmplZ")
}

// Nothing of a secret may appear in any rendering, wherever it stood.
func TestSecrets(t *testing.T) {
	t.Setenv("APP_API_KEY", "env-secret-1")
	t.Setenv("APP_SETTINGS", "postgres://app:env-secret-2@db/app")
	records := newRecords(t)
	config := errorpage.Config{Development: true, Records: records, Secrets: []string{"Badge"}}
	for some := range slices.Chunk(masktest.Corpus(), 15) {
		s := newSite(config, func(w http.ResponseWriter, r *http.Request) error {
			r.ParseForm()
			errs := []error{errors.New("badge 4711-0815")}
			for _, c := range some {
				errorpage.With(r.Context(), c.Name, c.Text)
				gangplank.From(r).Logger().Info(c.Text, "attr", c.Text, slog.Group("g", "deep", c.Text))
				errs = append(errs, fmt.Errorf("%s: %w", c.Text, errorpage.Trace(&custom{Detail: c.Text}, "value", c.Text)))
			}
			return errors.Join(errs...)
		})
		post := func(accept string) *httptest.ResponseRecorder {
			values := url.Values{}
			r := local("POST", "/", "Accept", accept, "Authorization", "Bearer header-secret", "Cookie", "sid=cookie-secret", "Content-Type", "application/x-www-form-urlencoded")
			for _, c := range some {
				values.Add("text", c.Text)
				r.Header.Add("X-Text", strings.ReplaceAll(c.Text, "\n", " "))
			}
			r.RequestURI = "/?badge=4711-0815&" + values.Encode()
			r.URL.RawQuery = r.RequestURI[2:]
			values.Set("password", "form-secret")
			r.Body = io.NopCloser(strings.NewReader(values.Encode()))
			return s.get(t, r)
		}
		problem := post("application/json")
		var answer struct{ Debug errorpage.Report }
		if err := json.Unmarshal(problem.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		record, err := records.Get(problem.Header().Get("X-Error-Id"))
		if err != nil {
			t.Fatal(err)
		}
		stored, _ := json.Marshal(record)
		for form, text := range map[string]string{
			"HTML": post("text/html").Body.String(), "JSON": problem.Body.String(), "text": answer.Debug.Text(),
			"Markdown": answer.Debug.Markdown(), "record": string(stored), "log": failureLine(s.log.String()),
		} {
			text = unescaper.Replace(text)
			hasNot(t, form, text, "env-secret-1", "env-secret-2", "header-secret", "cookie-secret", "form-secret", "4711-0815")
			for _, c := range some {
				hasNot(t, c.Name+" as "+form, text, strings.ReplaceAll(c.Secret, "\n", " "), url.QueryEscape(c.Secret))
			}
			has(t, form, text, "hidden")
		}
	}
}

// unescaper undoes what HTML and JSON have done to a text.
var unescaper = strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&", "&#43;", "+", "&lt;", "<", "&gt;", ">", `\u0026`, "&", `\"`, `"`, `\u003c`, "<", `\u003e`, ">")

type custom struct{ Detail string }

func (e *custom) Error() string { return "custom: " + e.Detail }

// failureLine is the line of this package, not those of the handler.
func failureLine(log string) string {
	for line := range strings.SplitSeq(log, "\n") {
		if strings.Contains(line, "request failed") {
			return line
		}
	}
	return ""
}

// A page about an error must not fail by the error.
func TestHostileErrors(t *testing.T) {
	for name, err := range map[string]error{
		"whose Error panics": panicking{}, "nil pointer": (*custom)(nil), "huge": errors.New(strings.Repeat("x<", 50_000)),
		"with markup": errors.New("</title><script>alert(1)</script>```` | # <img>"), "uncomparable": uncomparable{"a"}, "of bytes": errors.New("\x00\xff\x1b[31m"),
	} {
		for _, config := range []errorpage.Config{{}, development} {
			for _, accept := range formats {
				s := newSite(config, func(http.ResponseWriter, *http.Request) error { return err })
				rec := s.get(t, local("GET", "/", "Accept", accept))
				if rec.Code != 500 || rec.Body.Len() == 0 || rec.Body.Len() > 2<<20 {
					t.Errorf("%s as %s: got %d and %d bytes", name, accept, rec.Code, rec.Body.Len())
				}
				hasNot(t, name+" as "+accept, rec.Body.String(), "\x1b")
				if accept != "text/plain" {
					hasNot(t, name+" as "+accept, rec.Body.String(), "<script>alert", "<img>")
				}
			}
		}
	}
}

type panicking struct{}

func (panicking) Error() string { panic("Error panics") }

type uncomparable []string

func (uncomparable) Error() string { return "uncomparable" }

// A time-out shows where the handler hangs.
func TestStuck(t *testing.T) {
	release := make(chan bool)
	defer close(release)
	s := newSite(development, nil)
	s.HandleFunc("/slow", gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		begun := make(chan bool)
		go hang(begun, release)
		<-begun
		return context.DeadlineExceeded
	}))
	page := s.get(t, local("GET", "/slow", "Accept", "text/plain"))
	if page.Code != http.StatusGatewayTimeout {
		t.Errorf("got %d", page.Code)
	}
	has(t, "the page", page.Body.String(), "The request's goroutines", "errorpage_test.hang", "<-release")
}

func hang(begun, release chan bool) {
	begun <- true
	<-release
}

// A panic of a goroutine that Go has started does not end the process, and is
// reported once, whether the handler waits for it or not.
func TestGo(t *testing.T) {
	for _, waits := range []bool{true, false} {
		records := newRecords(t)
		done := make(chan error, 1)
		s := newSite(errorpage.Config{Records: records}, func(w http.ResponseWriter, r *http.Request) error {
			wait := errorpage.Go(r.Context(), func(context.Context) error { panic("in the background") })
			if waits {
				return wait()
			}
			go func() { done <- wait() }()
			return nil
		})
		rec := s.get(t, local("GET", "/"))
		if !waits {
			if err := <-done; !errors.As(err, new(*errorpage.PanicError)) {
				t.Errorf("got %v", err)
			}
		}
		if log := s.log.String(); strings.Count(log, "error_id=") != 1 || !strings.Contains(log, "in the background") || !strings.Contains(log, "TestGo") {
			t.Errorf("logged %s", log)
		}
		if id := rec.Header().Get("X-Error-Id"); (id != "") != waits || waits && !strings.Contains(s.log.String(), id) {
			t.Errorf("got id %q, logged %s", id, s.log)
		}
		if all, err := records.List(); err != nil || len(all) != 1 || all[0].Count != 1 {
			t.Errorf("recorded %v, %v", all, err)
		}
	}
	if err := errorpage.Go(t.Context(), func(context.Context) error { return io.EOF })(); err != io.EOF {
		t.Errorf("got %v", err)
	}
}

// Records of the program's own logger reach the page by their context.
func TestLogHandler(t *testing.T) {
	var out bytes.Buffer
	logger := slog.New(errorpage.LogHandler(slog.NewTextHandler(&out, nil))).With("part", "mail").WithGroup("smtp")
	s := newSite(development, func(w http.ResponseWriter, r *http.Request) error {
		logger.InfoContext(r.Context(), "greeting", "host", "mx")
		logger.DebugContext(r.Context(), "not enabled")
		return errors.New("oh no")
	})
	page := s.get(t, local("GET", "/", "Accept", "text/plain")).Body.String()
	has(t, "the page", page, "INFO greeting part=mail smtp.host=mx")
	hasNot(t, "the page", page, "not enabled")
	has(t, "the log", out.String(), "msg=greeting part=mail smtp.host=mx")
	logger.Info("outside of any request")
}
