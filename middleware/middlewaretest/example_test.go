package middlewaretest_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

// A test of a middleware calls Run. Check plays one case anywhere, and its error
// says what has changed. Here a wrapper takes 103 for the final status.
func ExampleCheck() {
	counting := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(&counter{ResponseWriter: w}, r)
		})
	}
	for _, c := range middlewaretest.Cases() {
		if c.Name == "interim/early-hints" {
			err := middlewaretest.Check(context.Background(), counting, c, middlewaretest.Settings()[0])
			fmt.Println(err)
		}
	}
	// Output:
	// interim/early-hints: 103 goes out with the fields set so far and decides nothing (RFC 8297).
	// 	status: got 200, without the middleware 404
}

type counter struct {
	http.ResponseWriter
	status int
}

func (c *counter) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
		c.ResponseWriter.WriteHeader(status)
	}
}
