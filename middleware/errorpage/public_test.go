package errorpage_test

import (
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

func TestAccept(t *testing.T) {
	const html, problem, text, markdown = "text/html; charset=utf-8", "application/problem+json", "text/plain; charset=utf-8", "text/markdown; charset=utf-8"
	s := newSite(errorpage.Config{}, func(http.ResponseWriter, *http.Request) error { return errors.New("the cause") })
	for accept, want := range map[string]string{
		"":    text,
		"*/*": text,
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": html,
		"application/json, text/plain, */*":                               problem,
		"application/problem+json":                                        problem,
		"application/*;q=0.5, text/html;q=0.4":                            problem,
		"application/vnd.api+json":                                        problem,
		"Application/HAL+JSON, */*;q=0.1":                                 problem,
		"application/problem+json;q=0, application/hal+json":              text,
		"application/ld+json, text/html":                                  html,
		"application/+json":                                               text,
		"text/markdown, text/html;q=0.9":                                  markdown,
		"TEXT/HTML":                                                       html,
		"text/html;q=0, */*":                                              text,
		"image/png":                                                       text,
		"text/html;q=garbage":                                             text,
		strings.Repeat("a/b,", 10_000):                                    text,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept", accept)
		rec := s.get(t, r)
		if got := rec.Header().Get("Content-Type"); got != want || rec.Code != 500 {
			t.Errorf("%.60q: got %d %s, want %s", accept, rec.Code, got, want)
		}
		if rec.Header().Get("Vary") != "Accept" || rec.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%.60q: got %v", accept, rec.Header())
		}
		hasNot(t, want, rec.Body.String(), "the cause")
	}
}

var idPattern = regexp.MustCompile(`[` + errorpage.Alphabet + `]{4}(-[` + errorpage.Alphabet + `]{4}){3}`)

// An id is one occurrence's: whoever looks for it in the log finds one line.
func TestIDsDiffer(t *testing.T) {
	h := errorpage.New(errorpage.Config{})(gangplank.Try(func(http.ResponseWriter, *http.Request) error { return errors.New("x") }))
	seen := map[string]bool{}
	for range 5000 {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		seen[rec.Header().Get("X-Error-Id")] = true
	}
	if len(seen) < 4998 { // one pair in a thousand runs
		t.Errorf("5000 errors have %d ids", len(seen))
	}
}

// The page, the header field, the log and the record have one id.
func TestID(t *testing.T) {
	records := newRecords(t)
	s := newSite(errorpage.Config{Records: records}, func(http.ResponseWriter, *http.Request) error { return errors.New("no 17") })
	for _, accept := range []string{"text/html", "application/json", "text/plain", "text/markdown"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept", accept)
		rec := s.get(t, r)
		id := idPattern.FindString(rec.Body.String())
		if id == "" || rec.Header().Get("X-Error-Id") != id {
			t.Fatalf("%s: got %q and %q", accept, id, rec.Header().Get("X-Error-Id"))
		}
		has(t, "the log", s.log.String(), "error_id="+id)
		records.Flush(t.Context())
		record, err := records.Get(strings.ToLower(id))
		if err != nil || record.Occurrences[0].ID != id {
			t.Errorf("%s: got %+v, %v", accept, record, err)
		}
	}
}

// What is an answer like any other gets no id and no line in the log.
func TestDeliberate(t *testing.T) {
	s := newSite(errorpage.Config{Development: true}, func(w http.ResponseWriter, r *http.Request) error {
		return gangplank.Error(http.StatusNotFound, "There is no such page yet.").With("Retry-After", "7")
	})
	rec := s.get(t, local("GET", "/", "Accept", "text/html"))
	if rec.Code != 404 || rec.Header().Get("X-Error-Id") != "" || rec.Header().Get("Retry-After") != "7" || s.log.String() != "" {
		t.Errorf("got %d, %v, %s", rec.Code, rec.Header(), s.log)
	}
	has(t, "the page", rec.Body.String(), "<h1>Not Found</h1>", "There is no such page yet.")
}

// A 5xx is a failure also without a cause, but for a 503 on purpose: logged as one,
// recorded, notified and shown.
func TestDeliberateFailure(t *testing.T) {
	for status, failure := range map[int]bool{500: true, 501: true, 502: true, 504: true, 503: false} {
		records, notified := newRecords(t), make(chan string, 1)
		config := errorpage.Config{Development: true, Records: records, Notify: func(_ context.Context, r *errorpage.Report) { notified <- r.ID }}
		s := newSite(config, func(http.ResponseWriter, *http.Request) error { return gangplank.Error(status, "Not today.") })
		rec := s.get(t, local("GET", "/", "Accept", "text/html"))
		id := rec.Header().Get("X-Error-Id")
		has(t, "the page", rec.Body.String(), "Not today.")
		if !failure {
			has(t, "the log", s.log.String(), `level=WARN msg="request refused"`)
			hasNot(t, "the page", rec.Body.String(), "Copy as curl")
			continue
		}
		has(t, "the log", s.log.String(), `level=ERROR msg="request failed"`, "error_id="+id)
		has(t, "the page", rec.Body.String(), "Copy as curl")
		records.Flush(t.Context())
		if _, err := records.Get(id); err != nil {
			t.Errorf("%d: %v", status, err)
		}
		if got := <-notified; got != id {
			t.Errorf("%d: notified of %q, want %q", status, got, id)
		}
	}
}

// A public text that quotes the client drives no terminal and is UTF-8 in all
// forms.
func TestPublicTextIsPrintable(t *testing.T) {
	for _, development := range []bool{false, true} {
		s := newSite(errorpage.Config{Development: development}, func(_ http.ResponseWriter, r *http.Request) error {
			return gangplank.Error(http.StatusConflict, "No page\tnamed\n"+r.URL.Path[1:]+".").Because(io.EOF)
		})
		for _, accept := range formats {
			body := s.get(t, local("GET", "/%1b]0;pwned%07%1b[2J%ff%00%c2%9bx%0d", "Accept", accept)).Body.String()
			hasNot(t, accept, body, "\x1b", "\a", "\x00", "\r", "\u009b", "\\u001b", "\\u0000")
			has(t, accept, body, "pwned", "\ufffd")
			if !utf8.ValidString(body) {
				t.Errorf("%s: not UTF-8: %q", accept, body)
			}
		}
	}
}

// A page without a text of the program's says what the reader can do, in one
// paragraph and without the jargon of the title.
func TestOwnTexts(t *testing.T) {
	for status, want := range map[int]string{400: "", 401: "log in", 403: "not open to you", 404: "nothing at this address", 410: "nothing at this address", 413: "larger",
		418: "", 429: "wait a little", 500: "on our side", 501: "on our side", 502: "try again", 503: "try again", 504: "try again"} {
		s := newSite(errorpage.Config{}, func(http.ResponseWriter, *http.Request) error { return gangplank.Error(status, "") })
		_, page, _ := strings.Cut(s.get(t, local("GET", "/", "Accept", "text/html")).Body.String(), "</h1>")
		page, _, _ = strings.Cut(page, `<p class="id">`)
		if strings.Count(page, "<p>") > 1 || (want == "") != !strings.Contains(page, "<p>") || !strings.Contains(page, want) {
			t.Errorf("%d: got %s", status, page)
		}
	}
}

func TestProblem(t *testing.T) {
	s := newSite(errorpage.Config{}, func(http.ResponseWriter, *http.Request) error {
		return gangplank.Error(http.StatusConflict, "Somebody else saved.").Because(errors.New("private"))
	})
	rec := s.get(t, local("GET", "/", "Accept", "application/json"))
	var got map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got["type"] != "about:blank" || got["title"] != "Conflict" || got["status"] != 409.0 || got["detail"] != "Somebody else saved." || got["error_id"] == nil || got["debug"] != nil {
		t.Errorf("got %v", got)
	}
}

func TestStatuses(t *testing.T) {
	missing := errors.New("no rows")
	config := errorpage.Config{Statuses: []errorpage.Status{
		{Is: missing, Status: 404, Public: "Nothing there."},
		{Match: func(err error) bool { return strings.Contains(err.Error(), "busy") }, Status: 503},
	}}
	for want, err := range map[string]error{
		"404 Not Found\nNothing there.":                errors.Join(errors.New("x"), missing),
		"503 Service Unavailable\nError id":            errors.New("busy"),
		"500 Internal Server Error\nError id":          io.EOF,
		"409 Conflict\nSomebody was faster.\nError id": gangplank.Error(409, "Somebody was faster.").Because(missing),
	} {
		s := newSite(config, func(http.ResponseWriter, *http.Request) error { return err })
		if got := s.get(t, local("GET", "/")).Body.String(); !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTemplates(t *testing.T) {
	parse := func(s string) *template.Template { return template.Must(template.New("t").Parse(s)) }
	config := errorpage.Config{Templates: map[string]*template.Template{
		"404": parse(`lost: {{.Text}} {{.Path}}`), "4xx": parse(`yours: {{.Status}} {{.Nonce}}`), "": parse(`{{if eq .Status 502}}{{.NoSuchField}}{{end}}ours: {{.ID}}`),
	}}
	for status, want := range map[int]string{404: "lost: &lt;gone&gt; /x", 403: "yours: 403 abc123", 500: "ours: ", 502: "<!doctype html>"} {
		s := newSite(config, func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Content-Security-Policy", "default-src 'self'; style-src 'nonce-abc123'")
			return gangplank.Error(status, "<gone>").Because(io.EOF)
		})
		if got := s.get(t, local("GET", "/x", "Accept", "text/html")).Body.String(); !strings.HasPrefix(got, want) {
			t.Errorf("%d: got %.200q, want %q", status, got, want)
		}
	}
}

func TestValidate(t *testing.T) {
	defer func() {
		message, _ := recover().(string)
		for _, part := range []string{"errorpage: ", `"a/b"`, "number 1 has 200", "exactly one", `"40x"`, "Editor: ", "would hide everything", "Records.Dir"} {
			if !strings.Contains(message, part) {
				t.Errorf("got %q, want something about %q", message, part)
			}
		}
	}()
	errorpage.New(errorpage.Config{
		Hosts: []string{"a/b"}, Statuses: []errorpage.Status{{Status: 200}}, Templates: map[string]*template.Template{"40x": nil},
		Editor: "javascript:alert('{file}')", Secrets: []string{""}, Records: &errorpage.Records{},
	})
}
