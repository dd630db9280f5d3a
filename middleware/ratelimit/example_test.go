package ratelimit_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/ratelimit"
)

// A limit for each user, further inside than what finds out who asks; people who
// are not known share that of their address.
func ExampleNew() {
	byUser := func(r *http.Request) string {
		if name := gangplank.From(r).User().Name; name != "" {
			return "user " + name
		}
		return ratelimit.ByClientIP(r)
	}
	alice := func(next http.Handler) http.Handler { // in a program: auth.Identify
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			if r.URL.Path == "/alice" {
				c.SetUser(gangplank.Identity{Name: "alice"})
			}
			next.ServeHTTP(w, r)
		})
	}
	limit := ratelimit.New(ratelimit.Config{Name: "search", Key: byUser, Requests: 1, Window: time.Hour})
	h := gangplank.NewChain(alice, limit).ThenFunc(func(w http.ResponseWriter, r *http.Request) {})
	for _, path := range []string{"/", "/", "/alice", "/alice"} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		fmt.Println(path, rec.Code)
	}
	// Output:
	// / 200
	// / 429
	// /alice 200
	// /alice 429
}
