package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
)

// requestIDOf serves one request and returns the id that the handler saw, after
// checking that the response says the same.
func requestIDOf(t *testing.T, m gangplank.Middleware, sent ...string) string {
	t.Helper()
	var seen string
	r := httptest.NewRequest("GET", "/", nil)
	r.Header["X-Request-Id"] = sent
	rec := httptest.NewRecorder()
	m(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = gangplank.From(r).RequestID()
	})).ServeHTTP(rec, r)
	if got := rec.Header()["X-Request-Id"]; !slices.Equal(got, []string{seen}) {
		t.Errorf("the response says %q, the Context %q", got, seen)
	}
	return seen
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc string
		sent []string
		kept bool
	}{
		{"none", nil, false},
		{"uuid", []string{"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, true},
		{"nginx", []string{"444535f9378a3dfa1b8604bc9e05a303"}, true},
		{"base64", []string{"aGVsbG8+d29ybGQ="}, true},
		{"longest", []string{strings.Repeat("a", 128)}, true},
		{"too long", []string{strings.Repeat("a", 129)}, false},
		{"empty", []string{""}, false},
		{"two", []string{"one", "two"}, false},
		{"ten thousand", slices.Repeat([]string{"one"}, 10_000), false},
		{"log injection", []string{"x\nGET /admin 200"}, false},
		{"a path", []string{"../../etc/passwd"}, false},
		{"a file below", []string{"a/b"}, false},
		{"an option", []string{"-rf"}, false},
		{"a formula", []string{"=1+1"}, false},
		{"markup", []string{"<script>"}, false},
		{"a space", []string{"a b"}, false},
		{"two in one", []string{"a,b"}, false},
		{"not ASCII", []string{"naïve"}, false},
		{"NUL", []string{"a\x00"}, false},
	} {
		got := requestIDOf(t, middleware.RequestID, tt.sent...)
		if kept := len(tt.sent) == 1 && got == tt.sent[0]; kept != tt.kept || !tt.kept && len(got) != 20 {
			t.Errorf("%s: got %q, want kept: %v", tt.desc, got, tt.kept)
		}
	}
}

func TestRequestIDWith(t *testing.T) {
	t.Parallel()
	ignore := middleware.RequestIDWith(middleware.RequestIDConfig{IgnoreIncoming: true, New: func() string { return "ours" }})
	if got := requestIDOf(t, ignore, "theirs"); got != "ours" {
		t.Errorf("got %q, though incoming ids are to be ignored", got)
	}
	empty := middleware.RequestIDWith(middleware.RequestIDConfig{New: func() string { return "" }})
	if got := requestIDOf(t, empty); len(got) != 20 {
		t.Errorf("got %q of a New that mints nothing", got)
	}
	both := gangplank.NewChain(middleware.RequestID, ignore).Middleware()
	if got := requestIDOf(t, both, "outer"); got != "outer" {
		t.Errorf("the inner of two gave %q", got)
	}
}

func TestRequestIDVariable(t *testing.T) {
	t.Parallel()
	m := middleware.RequestIDWith(middleware.RequestIDConfig{Variable: "UNIQUE_ID"})
	for sent, want := range map[string]string{"aRx@Y0-1": "aRx@Y0-1", "bad\n": "clients"} {
		gateway := func(next http.Handler) http.Handler {
			return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
				c.SetGateway(&gangplank.Gateway{Facts: variables{"UNIQUE_ID": sent}})
				next.ServeHTTP(w, r)
			})
		}
		if got := requestIDOf(t, gangplank.NewChain(gateway, m).Middleware(), "clients"); got != want {
			t.Errorf("UNIQUE_ID %q: got %q, want %q", sent, got, want)
		}
	}
}

func TestNewRequestID(t *testing.T) {
	seen := make(map[string]bool)
	last := ""
	for range 10_000 {
		id := middleware.NewRequestID()
		if seen[id] || strings.Trim(id, "0123456789abcdefghjkmnpqrstvwxyz") != "" {
			t.Fatalf("%q: doubled, or a letter that is none", id)
		}
		if id[:9] < last {
			t.Fatalf("%q sorts before %q", id, last)
		}
		seen[id], last = true, id[:9]
	}
	if n := testing.AllocsPerRun(100, func() { middleware.NewRequestID() }); n > 1 {
		t.Errorf("%v allocations, want 1", n)
	}
}

func TestRequestIDConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() {
		middleware.RequestIDWith(middleware.RequestIDConfig{Header: "X Request", Variable: "HTTP_X_REQUEST_ID"})
	}, "middleware.RequestIDWith: ", `"X Request"`, `"HTTP_X_REQUEST_ID"`)
	for _, name := range []string{"content-length", "Set-Cookie", "TE"} {
		if err := (middleware.RequestIDConfig{Header: name}).Validate(); err == nil {
			t.Errorf("Header %s is let pass", name)
		}
	}
}

func BenchmarkRequestID(b *testing.B) {
	h := middleware.RequestID(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r := httptest.NewRequest("GET", "/", nil)
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
}

func ExampleRequestID() {
	h := middleware.RequestID(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, gangplank.From(r).RequestID())
	}))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Request-Id", "6ba7b810-9dad-11d1") // set by a proxy
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	fmt.Println(rec.Header().Get("X-Request-Id"), rec.Body)
	// Output: 6ba7b810-9dad-11d1 6ba7b810-9dad-11d1
}
