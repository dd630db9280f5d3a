package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

// adds is a middleware that adds a value to the field X, and counts how often it
// is put around a handler.
func adds(value string, built *int) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		*built++
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("X", value)
			next.ServeHTTP(w, r)
		})
	}
}

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

func TestIf(t *testing.T) {
	t.Parallel()
	built := 0
	h := middleware.If(isAPI, adds("one", &built), adds("two", &built))(http.HandlerFunc(greet))
	for _, tt := range []struct{ path, want string }{
		{"/api/a", "[one two]"},
		{"/api/b", "[one two]"},
		{"/page", "[]"},
	} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, request(tt.path))
		if got := fmt.Sprint(rec.Header()["X"]); got != tt.want || rec.Body.String() != "Hello!\n" {
			t.Errorf("%s: got %s and body %q, want %s", tt.path, got, rec.Body, tt.want)
		}
	}
	if built != 2 {
		t.Errorf("the middlewares were built %d times, want once each", built)
	}
}

func TestIfOfNothing(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() { middleware.If(nil, nil, middleware.NoCache, nil) },
		"middleware.If: condition: there is none", "middlewares: number 1 of 3 is nil", "number 3 of 3")
	wantPanic(t, func() { middleware.If(isAPI, nil) }, "middleware.If: middlewares: number 1 of 1 is nil")
}

func TestIfTransparent(t *testing.T) {
	t.Parallel()
	built := 0
	odd := func(r *http.Request) bool { return len(r.Host)%2 == 1 }
	middlewaretest.Run(t, middleware.If(odd, adds("one", &built)), middlewaretest.Fields("the inner one sets it", "X"))
}

func ExampleIf() {
	m := middleware.If(isAPI, middleware.NoCache)
	for _, path := range []string{"/api/users", "/"} {
		rec := httptest.NewRecorder()
		m(http.HandlerFunc(greet)).ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		fmt.Printf("%s %q\n", path, rec.Header().Get("Cache-Control"))
	}
	// Output:
	// /api/users "no-store"
	// / ""
}
