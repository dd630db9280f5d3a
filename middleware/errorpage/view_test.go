package errorpage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

var markup, lineNumber = regexp.MustCompile(`<[^>]*>`), regexp.MustCompile(`\.go:[0-9]+`)

// between returns the text of a part of the page, without the numbers of lines.
func between(page, from, to string) string {
	_, page, _ = strings.Cut(page, from)
	page, _, _ = strings.Cut(page, to)
	text := unescaper.Replace(strings.Join(strings.Fields(markup.ReplaceAllString(page, " ")), " "))
	return lineNumber.ReplaceAllString(text, ".go:N")
}

// The head says what is wrong and where; the tree what each error has added.
func TestHead(t *testing.T) {
	missing := errorpage.Trace(&fs.PathError{Op: "open", Path: "/a", Err: fs.ErrNotExist})
	for _, tt := range []struct {
		desc                     string
		err                      error
		heading, rest, kind, own string
	}{
		{"wrapped", fmt.Errorf("show: %w", missing), "show: open /a: file does not exist", "", "*fs.PathError",
			"show *fmt.wrapError open /a *fs.PathError view_test.go:N Op open Path /a file does not exist *errors.errorString"},
		{"joined", errors.Join(missing, io.EOF), "open /a: file does not exist", "EOF", "*fs.PathError",
			"*errors.joinError open /a *fs.PathError view_test.go:N Op open Path /a file does not exist *errors.errorString EOF *errors.errorString"},
		{"with an own text", fmt.Errorf("%w, alas", missing), "open /a: file does not exist, alas", "", "*fs.PathError",
			"open /a: file does not exist, alas *fmt.wrapError open /a *fs.PathError view_test.go:N Op open Path /a file does not exist *errors.errorString"},
		{"with a public text", gangplank.Error(502, "Later.").Because(errorpage.Trace(io.EOF)), "EOF", "", "",
			"502 Later. *gangplank.HTTPError Status 502 Public Later. EOF *errors.errorString view_test.go:N"},
	} {
		s := newSite(development, func(http.ResponseWriter, *http.Request) error { return tt.err })
		page := s.get(t, local("GET", "/", "Accept", "text/html")).Body.String()
		if got := between(page, "<h1>", "</h1>"); got != tt.heading {
			t.Errorf("%s: got the heading %q", tt.desc, got)
		}
		if got := between(page, `<p class="rest" tabindex="0">`, "</p>"); tt.rest != "" && got != tt.rest || tt.rest == "" && strings.Contains(page, `class="rest"`) {
			t.Errorf("%s: got %q below the heading", tt.desc, got)
		}
		if got := between(page, `<p class="place">`, "</p>"); got != strings.TrimSpace("in errorpage_test.TestHead view_test.go:N "+tt.kind) {
			t.Errorf("%s: got the place %q", tt.desc, got)
		}
		if got := between(page, `<ul class="tree">`, `<p class="meta">`); !strings.HasPrefix(got, tt.own) {
			t.Errorf("%s: got the tree %q", tt.desc, got)
		}
	}
}

// After a time-out the page begins with what the handler waits for, however many
// goroutines it has started.
func TestStuckHandlerFirst(t *testing.T) {
	release, begun := make(chan bool), make(chan bool)
	defer close(release)
	s := newSite(development, func(http.ResponseWriter, *http.Request) error {
		go hangWithOthers(begun, release)
		for range 4 {
			<-begun
		}
		return context.DeadlineExceeded
	})
	page := s.get(t, local("GET", "/", "Accept", "text/html")).Body.String()
	first, rest, _ := strings.Cut(page[strings.Index(page, `<div id="stack">`):], "</section>")
	if !strings.Contains(first, "errorpage_test.hangWithOthers") || strings.Contains(first, "errorpage_test.hang<") {
		t.Errorf("the first stack is %s", markup.ReplaceAllString(first, ""))
	}
	has(t, "the other stacks", rest, "errorpage_test.hang<")
}

func hangWithOthers(begun, release chan bool) {
	for range 3 {
		go hang(begun, release)
	}
	begun <- true
	<-release
}

// A recursion is one frame, with a count.
func TestRecursion(t *testing.T) {
	s := newSite(development, func(http.ResponseWriter, *http.Request) error { return recursive(30) })
	page := s.get(t, local("GET", "/", "Accept", "text/html")).Body.String()
	frames := between(page, `<nav class="frames"`, "</nav>")
	has(t, "the list of frames", frames, "errorpage_test.recursive view_test.go:N errorpage_test.recursive view_test.go:N, and 29 more times errorpage_test.TestRecursion")
	hasNot(t, "what is not shown", between(page, "<h3>Not shown</h3>", "</section>"), "outer calls")
	if n := strings.Count(page, "<h3>"+packagePath+"_test.recursive</h3>"); n != 2 {
		t.Errorf("the call has %d panes, want 2", n)
	}
}

// A closure of the standard library that was inlined into the program has the name
// of the program's function, and is not its own.
func TestInlinedClosure(t *testing.T) {
	s := newSite(development, nil)
	fail := gangplank.Try(func(http.ResponseWriter, *http.Request) error { return errorpage.Trace(io.EOF) })
	s.Handle("/a/*", http.StripPrefix("/a", fail))
	frames, passed := s.report(t, local("GET", "/a/b")).Error.Stack, false
	for _, f := range frames {
		passed = passed || strings.Contains(f.Func, "StripPrefix")
		if own := strings.HasSuffix(f.File, "/errorpage/view_test.go"); own != (f.Kind == "application") && !strings.HasSuffix(f.File, "_test.go") {
			t.Errorf("%s of %s is of kind %q", f.Func, f.File, f.Kind)
		}
	}
	if !passed {
		t.Errorf("got %+v", frames)
	}
}

// A stack that was too long to be captured does not look like a whole one.
func TestStackIsCut(t *testing.T) {
	s := newSite(development, func(http.ResponseWriter, *http.Request) error { return recursive(300) })
	for _, accept := range formats {
		has(t, accept, s.get(t, local("GET", "/", "Accept", accept)).Body.String(), "the outer calls of the stack of ")
	}
}

const packagePath = "github.com/gangplank-web/gangplank/middleware/errorpage"

func recursive(n int) error {
	if n == 0 {
		return errorpage.Trace(io.EOF)
	}
	return recursive(n - 1)
}

// Under CGI a program's environment and the request's variables are in one place,
// and apart on the page.
func TestEnvironmentUnderCGI(t *testing.T) {
	t.Setenv("APP_COLOUR", "teal")
	t.Setenv("SERVER_SOFTWARE", "Apache")
	t.Setenv("HTTP_X_COLOUR", "pink")
	s := newSite(development, func(_ http.ResponseWriter, r *http.Request) error {
		gangplank.From(r).SetGateway(&gangplank.Gateway{Interface: "CGI/1.1", Facts: environment{known: map[string]string{"SERVER_SOFTWARE": "Apache", "HTTP_X_COLOUR": "pink"}}})
		return io.EOF
	})
	page := s.get(t, local("GET", "/", "Accept", "text/html")).Body.String()
	process := between(page, "Process environment", "</section>")
	has(t, "the process environment", process, "APP_COLOUR teal")
	hasNot(t, "the process environment", process, "Apache", "pink")
	has(t, "the variables", between(page, "Gateway variables", "</details>"), "SERVER_SOFTWARE Apache")
}

// environment is the gateway of a CGI program: Var sees more than Vars.
type environment struct {
	gangplank.GatewayFacts
	known map[string]string
}

func (environment) Var(string) (string, bool)         { return "anything", true }
func (e environment) Vars() iter.Seq2[string, string] { return maps.All(e.known) }

// Each stack's list of frames has a name of its own, and each list a frame that is
// shown, without which a page has two landmarks that sound alike.
func TestLandmarks(t *testing.T) {
	s := newSite(development, func(http.ResponseWriter, *http.Request) error {
		return errors.Join(errorpage.Trace(errors.New("one")), errorpage.Trace(errors.New("two")))
	})
	page := s.get(t, local("GET", "/", "Accept", "text/html")).Body.String()
	var names []string
	for _, m := range regexp.MustCompile(`<nav [^>]*aria-label="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		names = append(names, m[1])
	}
	if want := []string{"Sections", "Frames: one, *errors.errorString", "Frames: two, *errors.errorString"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	if n := strings.Count(page, `aria-current="true"`); n != 2 {
		t.Errorf("%d frames are current", n)
	}
}
