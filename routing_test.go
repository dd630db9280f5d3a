package gangplank_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/go-chi/chi/v5"
)

// Goroutines that ask for chi's route state at any moment, and keep it, never
// read another request's: -race would see chi reuse it.
func TestRouteStateAskedForWhileRouting(t *testing.T) {
	var wg sync.WaitGroup
	r := gangplank.New()
	r.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := make(chan struct{})
			done := make(chan struct{})
			wg.Go(func() {
				<-start
				var states [50]*chi.Context
				for i := range states {
					states[i] = chi.RouteContext(r.Context())
				}
				<-done // the request, and with it all routing, is over
				for _, rctx := range states {
					if rctx != nil && rctx.URLParam("name") != "" && rctx.URLParam("name") != r.URL.Path[1:] {
						t.Errorf("%s reads the route state of %s", r.URL.Path, rctx.URLParam("name"))
					}
				}
			})
			close(start)
			next.ServeHTTP(w, r)
			close(done)
		})
	})
	r.Get("/{name}", func(w http.ResponseWriter, r *http.Request) {})
	for range 20 {
		for _, name := range []string{"/alice", "/mallory", "/bob"} {
			get(r, "GET", name)
		}
	}
	wg.Wait()
}
