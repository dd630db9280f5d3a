package errorpage_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

type nilError struct{ text string }

func (e *nilError) Error() string { return e.text }

// nilStack is a nil pointer whose other methods panic too.
type nilStack struct{ nilError }

func (e *nilStack) Callers() []uintptr { return []uintptr{uintptr(len(e.text))} }

type rudeError struct{}

func (rudeError) Error() string { panic("no comment") }

type rudeStatus struct{ error }

func (rudeStatus) HTTPStatus() int { panic("no status") }

// An error with methods that panic, as those of a nil pointer do that somebody has
// returned as an error, has a page, an id, a record and a line in the log, which
// tells its type, as any other.
func TestRudeErrors(t *testing.T) {
	var none *nilError
	const nilText, rude = "errorpage_test.nilError", "no comment"
	for _, tt := range []struct {
		desc   string
		fail   func() error
		status int
		logged string
	}{
		{"nil pointer", func() error { return none }, 500, nilText},
		{"nil pointer with a stack", func() error { return (*nilStack)(nil) }, 500, "errorpage_test.nilStack"},
		{"nil HTTPError", func() error { return (*gangplank.HTTPError)(nil) }, 500, "gangplank.HTTPError"},
		{"as a cause", func() error { return gangplank.Error(404, "x").Because(none) }, 404, "its method Error panics"},
		{"in a literal", func() error { return &gangplank.HTTPError{Status: 502, Cause: none} }, 502, "its method Error panics"},
		{"traced", func() error { return errorpage.Trace(none, "name", "value") }, 500, nilText},
		{"joined", func() error { return errors.Join(io.EOF, none) }, 500, "its method Error panics"},
		{"Error panics", func() error { return rudeError{} }, 500, rude},
		{"HTTPStatus panics", func() error { return rudeStatus{errors.New("oh no")} }, 500, "oh no"},
		{"Error of the cause panics", func() error { return gangplank.Error(502, "x").Because(rudeError{}) }, 502, rude},
		{"panic with a nil pointer", func() error { panic(none) }, 500, "panic: *" + nilText},
		{"panic with a nil HTTPError", func() error { panic((*gangplank.HTTPError)(nil)) }, 500, "panic: *gangplank.HTTPError"},
		{"panic with such an error", func() error { panic(rudeError{}) }, 500, rude},
		{"a goroutine's panic with a nil HTTPError", func() error {
			return errorpage.Go(context.Background(), func(context.Context) error { panic((*gangplank.HTTPError)(nil)) })()
		}, 500, "panic: "},
	} {
		for _, development := range []bool{false, true} {
			records := newRecords(t)
			s := newSite(errorpage.Config{Development: development, Records: records}, func(http.ResponseWriter, *http.Request) error { return tt.fail() })
			rec := s.get(t, local("GET", "/x", "Accept", "text/html"))
			id := rec.Header().Get("X-Error-Id")
			if rec.Code != tt.status || !idPattern.MatchString(id) {
				t.Errorf("%s: got %d %v", tt.desc, rec.Code, rec.Header())
			}
			has(t, tt.desc+": the page", rec.Body.String(), "<!doctype html>", id)
			has(t, tt.desc+": the log", s.log.String(), `msg="request `, "error_id="+id, tt.logged)
			if n := strings.Count(s.log.String(), "\n"); n != 1 {
				t.Errorf("%s: %d lines: %s", tt.desc, n, s.log)
			}
			records.Flush(t.Context())
			if _, err := records.Get(id); err != nil && tt.status >= 500 {
				t.Errorf("%s: %v", tt.desc, err)
			}
		}
	}
}

// Such an error stands in the tree of causes once, with its own type and the reason
// why there is no text.
func TestRudeErrorStandsOnce(t *testing.T) {
	const rude = "errorpage_test.rudeError"
	loop := new(circle)
	loop.cause = loop
	for _, tt := range []struct {
		desc  string
		err   error
		types []string
	}{
		{"alone", rudeError{}, []string{rude}},
		{"nil pointer", (*nilError)(nil), []string{"*errorpage_test.nilError"}},
		{"nil pointer with a stack", (*nilStack)(nil), []string{"*errorpage_test.nilStack"}},
		{"traced", errorpage.Trace(rudeError{}, "page", "Front"), []string{rude}},
		{"with a public text", gangplank.Error(502, "x").Because(rudeError{}), []string{"*gangplank.HTTPError", rude}},
		{"joined", errors.Join(io.EOF, rudeError{}), []string{"*errors.joinError", "*errors.errorString", rude}},
		{"its own cause", loop, []string{"*errorpage_test.circle"}},
	} {
		s := newSite(development, func(http.ResponseWriter, *http.Request) error { return tt.err })
		report := s.report(t, local("GET", "/"))
		var types []string
		for _, c := range report.Chain() {
			types = append(types, c.Type)
			if c.Type != "*errors.errorString" && tt.err != loop {
				has(t, tt.desc, c.Message, "without a text: its method Error panics: ")
			}
		}
		if !slices.Equal(types, tt.types) {
			t.Errorf("%s: got %q, want %q", tt.desc, types, tt.types)
		}
	}
}

// circle is an error in whose causes one would be lost.
type circle struct{ cause error }

func (*circle) Error() string   { return "circle" }
func (e *circle) Unwrap() error { return e.cause }

// If the page itself fails, the answer has an id all the same, and the log tells
// under it of which error and which request that was.
func TestFallback(t *testing.T) {
	broken := errorpage.Config{Statuses: []errorpage.Status{{Match: func(error) bool { panic("no match") }, Status: 404}}}
	for _, tt := range []struct {
		desc   string
		config errorpage.Config
		err    error
		of     string
	}{
		{"Match panics", broken, errors.New("oh no"), "type=*errors.errorString"},
	} {
		s := newSite(tt.config, func(http.ResponseWriter, *http.Request) error { return tt.err })
		rec := s.get(t, local("GET", "/x?token=swordfish", "Accept", "text/html"))
		id := rec.Header().Get("X-Error-Id")
		if rec.Code != 500 || !idPattern.MatchString(id) || !strings.Contains(rec.Body.String(), id) {
			t.Errorf("%s: got %d %v %q", tt.desc, rec.Code, rec.Header(), rec.Body)
		}
		has(t, tt.desc, s.log.String(), `msg="errorpage: failed itself" panic="no `, "error_id="+id, `error="oh no"`, tt.of, "status=500", "method=GET", "uri=\"/x?token=[hidden")
	}
}

// brittle is a writer of some layer that panics at the first byte.
type brittle struct {
	http.ResponseWriter
	broken bool
}

func (w *brittle) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *brittle) Write(p []byte) (int, error) {
	if !w.broken {
		w.broken = true
		panic("no room")
	}
	return w.ResponseWriter.Write(p)
}

// A page that cannot be written gives way to a plain text with the same id.
func TestFallbackOfWriting(t *testing.T) {
	s := newSite(errorpage.Config{}, func(w http.ResponseWriter, r *http.Request) error {
		gangplank.Fail(&brittle{ResponseWriter: w}, r, gangplank.Error(502, "Not today.").Because(io.EOF).With("Retry-After", "7"))
		return nil
	})
	rec := s.get(t, local("GET", "/x", "Accept", "text/html"))
	id := rec.Header().Get("X-Error-Id")
	if want := "502 Bad Gateway\nNot today.\nError id " + id + "\n"; rec.Code != 502 || rec.Body.String() != want || rec.Header().Get("Retry-After") != "7" {
		t.Errorf("got %d %v %q, want %q", rec.Code, rec.Header(), rec.Body, want)
	}
	if n := strings.Count(s.log.String(), "error_id="+id); n != 2 {
		t.Errorf("%d lines with the id: %s", n, s.log)
	}
	has(t, "the log", s.log.String(), `msg="request failed"`, `msg="errorpage: failed itself" panic="no room"`)
}

// What fails when the head goes out, as the storing of a session, has its page and its
// record also if the handler has returned before, as most have.
func TestHookFails(t *testing.T) {
	for _, flushes := range []bool{false, true} {
		records := newRecords(t)
		s := newSite(errorpage.Config{Records: records}, func(w http.ResponseWriter, r *http.Request) error {
			w.(*gangplank.Writer).BeforeHead(func(int, http.Header) { gangplank.Fail(w, r, errors.New("not stored")) })
			io.WriteString(w, "Saved.")
			if flushes {
				http.NewResponseController(w).Flush()
			}
			return nil
		})
		rec := s.get(t, local("GET", "/x", "Accept", "text/html"))
		id := rec.Header().Get("X-Error-Id")
		has(t, "the page", rec.Body.String(), "<!doctype html>", "<code>"+id+"</code>")
		has(t, "the log", s.log.String(), "level=ERROR", "error_id="+id, "not stored")
		records.Flush(t.Context())
		if _, err := records.Get(id); err != nil || rec.Code != 500 {
			t.Errorf("flushed %v: got %d, %v", flushes, rec.Code, err)
		}
	}
}

// A goroutine's panic with a value of which the methods panic does not end the
// process.
func TestRudePanicOfGoroutine(t *testing.T) {
	s := newSite(errorpage.Config{}, func(_ http.ResponseWriter, r *http.Request) error {
		return errorpage.Go(r.Context(), func(context.Context) error { panic((*gangplank.HTTPError)(nil)) })()
	})
	rec := s.get(t, local("GET", "/"))
	has(t, "the log", s.log.String(), "error_id="+rec.Header().Get("X-Error-Id"), "panic: *gangplank.HTTPError")
	if rec.Code != 500 || strings.Count(s.log.String(), "\n") != 1 {
		t.Errorf("got %d, %s", rec.Code, s.log)
	}
}
