package middleware

import (
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// If puts the middlewares, in order, around the handler for the requests of which
// condition is true; the others go straight to the handler.
//
//	r.Use(middleware.If(isAPI, cors.New(config)))
//	r.Use(middleware.If(func(r *http.Request) bool { return r.URL.Path != "/healthz" }, limit))
//
// Both ways are built once, so a middleware with state keeps it. condition runs
// on each request, possibly in many goroutines, at the place of If in the chain:
// what layers further in find out, such as the user or the route, is not known to
// it. It must not read the body.
//
// Danger: a condition on the path leaves out what reaches the same handler by
// another path: with authentication it is safer to state what needs none, and to
// clean the path before ([CleanPath]).
func If(condition func(*http.Request) bool, middlewares ...gangplank.Middleware) gangplank.Middleware {
	settings.Check("middleware.If", validateIf(condition, middlewares))
	chain := gangplank.NewChain(middlewares...)
	return func(next http.Handler) http.Handler {
		with := chain.Then(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if condition(r) {
				with.ServeHTTP(w, r)
			} else {
				next.ServeHTTP(w, r)
			}
		})
	}
}

func validateIf(condition func(*http.Request) bool, middlewares []gangplank.Middleware) error {
	var f settings.Faults
	if condition == nil {
		f.Add("condition", "there is none")
	}
	for i, m := range middlewares {
		if m == nil {
			f.Add("middlewares", "number %d of %d is nil", i+1, len(middlewares))
		}
	}
	return f.Join()
}
