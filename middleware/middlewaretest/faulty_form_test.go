package middlewaretest_test

import (
	"net/http"
	"sync"
)

// parsing looks for a field in every form, and so leaves none to the handler.
func parsing(r *http.Request) *http.Request {
	r.ParseForm()
	return r
}

// parsingCopy does so with a request of its own: the body is one and the same.
func parsingCopy(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.FormValue("token")
	return r
}

// serialising serves one request at a time.
func serialising() func(http.Handler) http.Handler {
	var mu sync.Mutex
	return around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		mu.Lock()
		defer mu.Unlock()
		next.ServeHTTP(w, r)
	})
}
