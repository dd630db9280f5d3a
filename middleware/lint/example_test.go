package lint_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/lint"
)

// A layer that sets a field too late: the response was on its way when its
// handler returned.
func Example() {
	stamp := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			w.Header().Set("X-Stamp", "done")
		})
	}
	site := gangplank.NewChain().Named("stamp", stamp)
	cfg := lint.Config{Report: func(f lint.Finding) { fmt.Println(f) }}
	h := lint.Chain(site, cfg).ThenFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "Hello") })

	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	// Output:
	// stamp: late-field: field X-Stamp was set when the head was out (GET /)
}
