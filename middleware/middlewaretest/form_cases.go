package middlewaretest

import (
	"fmt"
	"net/http"
)

// A form is a body as any other, which whoever calls FormValue or ParseForm has
// read to its end.
var formCases = []Case{{
	Name:    "request/form",
	Doc:     "The body of a form is the handler's to read (net/http: ParseForm reads it, once), and the request outside is not parsed.",
	request: request{method: "POST", target: "/?page=1", body: "name=alice&note=a+b", header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) { x.contents(r) },
	outer: func(next http.Handler, x *exchange) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			x.note("outer form", fmt.Sprint(r.PostForm))
		})
	},
}}
