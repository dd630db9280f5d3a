package middlewaretest

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// What the handler gets.
var requestCases = []Case{{
	Name:    "request/line",
	Doc:     "Method, target, host and fields reach the handler as the client sent them.",
	request: request{method: "PATCH", target: "/a%2Fb/%C3%A9?q=1;2&q=%20", header: http.Header{"X-Many": {"1", "2"}}, body: "body"},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		x.note("request", fmt.Sprintf("%s %s (%s, %s, %s) %s, %d bytes %v", r.Method, r.RequestURI, r.URL, r.URL.Path, r.URL.RawPath, r.Proto, r.ContentLength, r.TransferEncoding))
		x.note("request host", yesNo("http://"+r.Host == x.url))
		for _, name := range slices.Sorted(maps.Keys(r.Header)) {
			x.note("request field "+name, quoted(r.Header[name]))
		}
		x.note("RemoteAddr", yesNo(strings.HasPrefix(r.RemoteAddr, "127.0.0.1:")))
	},
}, {
	Name:    "request/body",
	Doc:     "The whole body can be read, then io.EOF.",
	request: request{method: "POST", body: string(pattern(large))},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		x.contents(r)
		_, err := r.Body.Read(make([]byte, 1))
		x.call("Read after the end", err)
		x.call("Close", r.Body.Close())
		io.WriteString(w, "answer")
	},
}, {
	Name:    "request/chunked",
	Doc:     "A body of unknown length, and the trailer after it.",
	request: request{method: "POST", chunked: true, body: "body", trailer: http.Header{"X-Sum": {"1"}}},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		x.note("ContentLength", fmt.Sprint(r.ContentLength))
		x.contents(r)
		x.note("request trailer", fmt.Sprint(r.Trailer))
	},
}, {
	Name:    "request/unread",
	Doc:     "A handler need not read the body.",
	request: request{method: "POST", body: string(pattern(10_000))},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) { x.write(w, "no, thanks") },
}, {
	Name:    "request/no-body",
	Doc:     "Body is never nil (http.Request).",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) { x.contents(r) },
}, {
	Name:    "request/expect-continue",
	Doc:     "Reading the body is what asks the client for it (RFC 9110, section 10.1.1).",
	request: request{method: "POST", body: "body", header: http.Header{"Expect": {"100-continue"}}},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) { x.contents(r); x.write(w, "thanks") },
}}

type contextKey struct{}

// What the layers outside have told the handler, and what they keep.
var contextCases = []Case{{
	Name: "context/values",
	Doc:  "Values of outer layers reach the handler, and so do the server's own.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		x.note("value", fmt.Sprint(r.Context().Value(contextKey{})))
		x.note("server", yesNo(r.Context().Value(http.ServerContextKey) != nil))
		x.note("local address", yesNo(r.Context().Value(http.LocalAddrContextKey) != nil))
		x.note("path value", r.PathValue("name"))
	},
	outer: func(next http.Handler, _ *exchange) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r = r.WithContext(context.WithValue(r.Context(), contextKey{}, "told"))
			r.SetPathValue("name", "value")
			next.ServeHTTP(w, r)
		})
	},
}, {
	Name: "context/cancelled-by-outer",
	Doc:  "An outer layer's cancellation and its cause reach the handler.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		x.awaitCancel(r)
		x.note("cause", fmt.Sprint(context.Cause(r.Context())))
	},
	outer: func(next http.Handler, x *exchange) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithCancelCause(r.Context())
			cancel(&panicValue{x})
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	},
}, {
	Name:    "context/request-untouched",
	Doc:     "A handler should not modify the provided Request (http.Handler): what an outer layer logs is what came.",
	request: request{method: "POST", target: "/path?query", body: "body"},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) { x.contents(r) },
	outer: func(next http.Handler, x *exchange) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			before := described(r)
			next.ServeHTTP(w, r)
			x.note("outer request unchanged", yesNo(before == described(r)))
		})
	},
}}

func described(r *http.Request) string {
	return fmt.Sprint(r.Method, r.URL, r.URL.RawPath, r.RequestURI, r.Host, r.RemoteAddr, r.Header, r.ContentLength)
}
