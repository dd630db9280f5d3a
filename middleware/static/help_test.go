package static_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/static"
)

// The tests make servers complain, which is what they should do.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}

// long ago is when the files of the tests were changed, unless said otherwise: a
// file of this moment is read for each request.
var longAgo = time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)

// text is worth compressing.
var text = strings.Repeat("It was the best of times, it was the worst of times.\n", 40)

// tree makes a folder with files.
func tree(t testing.TB, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range files {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), content, longAgo)
	}
	return dir
}

func write(t testing.TB, file, content string, at time.Time) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, at, at); err != nil {
		t.Fatal(err)
	}
}

// next is the application: what it answers was not a file.
var next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusTeapot)
	fmt.Fprintf(w, "next: %s %s", r.Method, r.URL.Path)
})

// get sends a request; fields are "Name: value".
func get(h http.Handler, target string, fields ...string) *httptest.ResponseRecorder {
	return do(h, http.MethodGet, target, fields...)
}

func do(h http.Handler, method, target string, fields ...string) *httptest.ResponseRecorder {
	r := newRequest(target, fields...)
	r.Method = method
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func newRequest(target string, fields ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		r.Header.Add(name, value)
	}
	return r
}

// check compares status, body and fields, those of which are given as "Name: value";
// "Name:" is one that must be missing.
func check(t *testing.T, got *httptest.ResponseRecorder, status int, body string, fields ...string) {
	t.Helper()
	if got.Code != status {
		t.Errorf("status: got %d, want %d", got.Code, status)
	}
	if b := got.Body.String(); b != body {
		t.Errorf("body: got %.200q (%d bytes), want %.200q (%d bytes)", b, len(b), body, len(body))
	}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ":")
		if v := strings.Join(got.Header().Values(name), ", "); v != strings.TrimSpace(value) {
			t.Errorf("%s: got %q, want %q", name, v, strings.TrimSpace(value))
		}
	}
}

func site(t testing.TB, cfg static.Config) http.Handler {
	t.Helper()
	return static.New(cfg)(next)
}
