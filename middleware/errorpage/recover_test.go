package errorpage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

func TestTransparent(t *testing.T) {
	for name, config := range map[string]errorpage.Config{"production": {}, "development": {Development: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			middlewaretest.Run(t, errorpage.New(config),
				middlewaretest.Allow("it is what it is for", middlewaretest.Recovers))
		})
	}
}

// What a panic leaves of the response.
func TestPanic(t *testing.T) {
	tests := []struct {
		desc    string
		handler func(http.ResponseWriter, *http.Request) error
		status  int
		abort   bool
		body    string
		logged  string
	}{
		{desc: "before any byte", handler: func(http.ResponseWriter, *http.Request) error { panic("oh no") },
			status: 500, body: "500 Internal Server Error\nError id ", logged: `error="panic: oh no"`},
		{desc: "of an error", handler: func(http.ResponseWriter, *http.Request) error { panic(io.ErrUnexpectedEOF) },
			status: 500, body: "500 Internal", logged: `unexpected EOF`},
		{desc: "of an error that has another status", handler: func(http.ResponseWriter, *http.Request) error { panic(context.DeadlineExceeded) },
			status: 500, body: "500 Internal", logged: `deadline`},
		{desc: "of an HTTPError", handler: func(http.ResponseWriter, *http.Request) error {
			panic(gangplank.Error(http.StatusGone, "It is gone."))
		}, status: 410, body: "410 Gone\nIt is gone.\n", logged: "It is gone"},
		{desc: "of a value that cannot be compared", handler: func(http.ResponseWriter, *http.Request) error { panic([]int{1}) },
			status: 500, body: "500 Internal", logged: `[1]`},
		{desc: "of a nil map", handler: func(http.ResponseWriter, *http.Request) error {
			return assign(nil)
		}, status: 500, body: "500 Internal", logged: "stack=\"github.com/gangplank-web/gangplank/middleware/errorpage_test.assign"},
		{desc: "after a part that is held back", handler: func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "image/png")
			w.Header().Set("ETag", `"x"`)
			io.WriteString(w, "half")
			panic("oh no")
		}, status: 500, body: "500 Internal Server Error\nError id ", logged: "oh no"},
		{desc: "after a part that is out", handler: func(w http.ResponseWriter, _ *http.Request) error {
			io.WriteString(w, "half")
			http.NewResponseController(w).Flush()
			panic("oh no")
		}, status: 200, abort: true, body: "half", logged: "oh no"},
		{desc: "error after a part that is out", handler: func(w http.ResponseWriter, _ *http.Request) error {
			io.WriteString(w, "half")
			http.NewResponseController(w).Flush()
			return errors.New("oh no")
		}, status: 200, abort: true, body: "half", logged: "error_id="},
		{desc: "http.ErrAbortHandler", handler: func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) },
			status: 200, abort: true},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			s := newSite(errorpage.Config{}, tt.handler)
			rec, panicked := s.serve(httptest.NewRequest("GET", "/", nil))
			if (panicked == http.ErrAbortHandler) != tt.abort || panicked != nil && !tt.abort {
				t.Errorf("panicked with %v", panicked)
			}
			if rec.Code != tt.status || !strings.HasPrefix(rec.Body.String(), tt.body) || strings.Contains(rec.Body.String(), "oh no") {
				t.Errorf("got %d %q, want %d %q", rec.Code, rec.Body, tt.status, tt.body)
			}
			if rec.Header().Get("ETag") != "" {
				t.Error("the validator of the page that was replaced is still there")
			}
			has(t, "the log", s.log.String(), tt.logged)
			if tt.logged == "" && s.log.String() != "" {
				t.Errorf("logged %q", s.log)
			}
		})
	}
}

func assign(m map[string]int) error {
	m["a"] = 1
	return nil
}

// Under CGI what went wrong is written below what is out already: as HTML there, else
// as text; with the nonce of the policy that went out before.
func TestBrokenOffUnderCGI(t *testing.T) {
	for _, development := range []bool{false, true} {
		for contentType, want := range map[string][]string{
			"text/html; charset=utf-8": {`title="` + "\n<!--", "</table>", `<style nonce="abc123">`, "<h2>The page breaks off here</h2>", "rror id <code>"},
			"text/plain":               {`title="` + "\n\n", "rror id: "},
		} {
			s := newSite(errorpage.Config{Development: development}, func(w http.ResponseWriter, r *http.Request) error {
				gangplank.From(r).SetGateway(&gangplank.Gateway{Interface: "CGI/1.1"})
				w.Header().Set("Content-Type", contentType)
				w.Header().Set("Content-Security-Policy", "default-src 'self'; style-src 'nonce-abc123'")
				io.WriteString(w, `<table><tr><td title="`)
				http.NewResponseController(w).Flush()
				panic("oh <no>: token=open-sesame")
			})
			rec, panicked := s.serve(local("GET", "/"))
			if panicked != http.ErrAbortHandler {
				t.Errorf("panicked with %v", panicked)
			}
			body := rec.Body.String()
			has(t, contentType, body, want...)
			hasNot(t, contentType, body, "open-sesame")
			if strings.Contains(body, "<no>") && contentType != "text/plain" {
				t.Errorf("%s is not escaped: %q", contentType, body)
			}
			if id := idPattern.FindString(body); id == "" || !strings.Contains(s.log.String(), "error_id="+id) {
				t.Errorf("%s has the id %q, the log %s", contentType, id, s.log)
			}
			if tells := strings.Contains(unescaper.Replace(body), "oh <no>: token=[hidden"); tells != development {
				t.Errorf("%s, development %v: got %q", contentType, development, body)
			}
		}
	}
}

// A Content-Length that is out leaves room for a part of that, and is not filled: the
// answer must not look whole.
func TestBrokenOffWithLength(t *testing.T) {
	for _, tt := range []struct {
		length             int
		development, whole bool
		contentType        string
		want               string
	}{
		{length: 1_000_000, contentType: "text/html", want: "rror id <code>", whole: true},
		{length: 1_000_000, contentType: "text/html", development: true, want: "All that is known", whole: true},
		{length: 5000, contentType: "text/html", development: true, want: "<p>Something went wrong on our side.", whole: true},
		{length: 1000, contentType: "text/html", development: true, want: "-->\n\nThe page breaks off here. Error id: ", whole: true},
		{length: 1000, contentType: "text/plain", want: "The page breaks off here. Error id: ", whole: true},
		{length: 1000, contentType: "text/plain", development: true, want: "panic: oh no"},
		{length: 20, contentType: "text/plain", want: "half\n\nThe page brea"},
		{length: 4, contentType: "text/plain", want: "half", whole: true},
	} {
		s := newSite(errorpage.Config{Development: tt.development}, func(w http.ResponseWriter, r *http.Request) error {
			gangplank.From(r).SetGateway(&gangplank.Gateway{Interface: "CGI/1.1"})
			w.Header().Set("Content-Type", tt.contentType)
			w.Header().Set("Content-Length", strconv.Itoa(tt.length))
			io.WriteString(w, "half")
			http.NewResponseController(w).Flush()
			panic("oh no")
		})
		rec, panicked := s.serve(local("GET", "/"))
		if panicked != http.ErrAbortHandler {
			t.Errorf("%+v: panicked with %v", tt, panicked)
		}
		body := rec.Body.String()
		has(t, fmt.Sprintf("%+v", tt), body, tt.want)
		if len(body) >= max(tt.length, 5) || !tt.whole && len(body) != tt.length-1 {
			t.Errorf("%+v: %d bytes", tt, len(body))
		}
	}
}

func TestClientGone(t *testing.T) {
	s := newSite(errorpage.Config{}, func(w http.ResponseWriter, r *http.Request) error { return r.Context().Err() })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	rec := s.get(t, httptest.NewRequest("GET", "/", nil).WithContext(ctx))
	if rec.Code != gangplank.StatusClientClosedRequest || s.log.String() != "" {
		t.Errorf("got %d, %s", rec.Code, s.log)
	}
}

// A request that does not fail costs what attaching it costs.
func TestNoAllocation(t *testing.T) {
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {})
	attach := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) { next.ServeHTTP(w, r) })
	}
	allocs := func(h http.Handler) float64 {
		r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
		return testing.AllocsPerRun(100, func() { h.ServeHTTP(w, r) })
	}
	if got, want := allocs(attach(errorpage.New(errorpage.Config{})(ok))), allocs(attach(attach(ok))); got > want {
		t.Errorf("got %v allocations, want %v", got, want)
	}
}

// The inner page answers for what is inside of it, and the outer one afterwards.
func TestNested(t *testing.T) {
	outer, inner := errorpage.New(errorpage.Config{}), errorpage.New(errorpage.Config{Statuses: []errorpage.Status{{Is: io.EOF, Status: 404}}})
	fail := gangplank.Try(func(http.ResponseWriter, *http.Request) error { return io.EOF })
	swallow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
		fail(w, r)
	})
	for want, h := range map[int]http.Handler{404: outer(inner(fail)), 500: outer(swallow)} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		if rec.Code != want {
			t.Errorf("got %d, want %d", rec.Code, want)
		}
	}
}
