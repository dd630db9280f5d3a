package middlewaretest

import (
	"io"
	"net/http"
	"strings"
)

// Answers without any special call.
var writeCases = []Case{{
	Name:    "write/nothing",
	Doc:     "A handler that does nothing answers 200, without a body.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {},
}, {
	Name: "write/status-only",
	Doc:  "So does one that only sets status and fields.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("X-Field", "1")
		w.WriteHeader(http.StatusNotFound)
	},
}, {
	Name: "write/fields-only",
	Doc:  "Or fields alone.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("X-Field", "1")
	},
}, {
	Name: "write/implicit",
	Doc:  "Write decides for 200.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		x.write(w, "<!DOCTYPE html><p>body")
		x.write(w, "")
		x.write(w, " and more")
	},
}, {
	Name: "write/empty",
	Doc:  "A Write of nothing decides too: the status that follows comes too late.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		n, err := w.Write(nil)
		x.note("Write", yesNo(n == 0 && err == nil))
		w.Header().Set("X-Late", "1")
	},
}, {
	Name: "write/bytes",
	Doc:  "Write and WriteString keep their order.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.WriteHeader(http.StatusCreated)
		for i := range 100 {
			if i%2 == 0 {
				x.write(w, "string ")
			} else {
				w.Write([]byte("bytes "))
			}
		}
	},
}, {
	Name: "write/reused-buffer",
	Doc:  "Write must not retain p (io.Writer).",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		p := make([]byte, 100)
		for i := range 26 {
			for j := range p {
				p[j] = 'a' + byte(i)
			}
			w.Write(p)
		}
	},
}, {
	Name: "write/large",
	Doc:  "More than fits into any buffer, in pieces of many sizes.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Content-Type", "text/plain")
		body := pattern(large)
		for size := 1; len(body) > 0; size = size*3 + 1 {
			n, err := w.Write(body[:min(size, len(body))])
			if err != nil {
				x.call("Write", err)
				return
			}
			body = body[n:]
		}
	},
}, {
	Name: "write/one-large",
	Doc:  "The same in one call.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		x.write(w, string(pattern(large)))
	},
}}

// Content-Length.
var lengthCases = []Case{{
	Name:    "length/declared",
	Doc:     "A declared length is sent.",
	handler: declared(8, "half", "half"),
}, {
	Name:    "length/declared-large",
	Doc:     "Also with a body that no buffer holds.",
	handler: declared(large, string(pattern(large/2)), strings.Repeat("x", large/2)),
}, {
	Name:    "length/too-much",
	Doc:     "More than was declared is http.ErrContentLength, and is not sent.",
	handler: declared(4, "body", "more"),
	http1:   true, // net/http's HTTP/2 notices only at the end
}, {
	Name:    "length/too-little",
	Doc:     "Less than was declared must look broken.",
	handler: declared(100, "body"),
}, {
	Name:    "length/zero",
	Doc:     "Zero is a length.",
	handler: declared(0),
}}

func declared(n int, parts ...string) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Content-Length", itoa(n))
		w.Header().Set("Content-Type", "text/plain")
		for _, part := range parts {
			x.write(w, part)
		}
	}
}

// Answers that have no body.
var bodylessCases = []Case{{
	Name:    "bodyless/204",
	Doc:     "204 has no body: Write says http.ErrBodyNotAllowed.",
	handler: bodyless(http.StatusNoContent),
}, {
	Name:    "bodyless/304",
	Doc:     "Nor has 304.",
	handler: bodyless(http.StatusNotModified),
}, {
	Name: "bodyless/204-flush",
	Doc:  "204 can be flushed.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.WriteHeader(http.StatusNoContent)
		x.flush(w)
	},
}, {
	Name:    "bodyless/head",
	Doc:     "HEAD is answered with the fields of GET; what the handler writes is not sent.",
	request: request{method: "HEAD"},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("X-Field", "1")
		x.write(w, "<!DOCTYPE html><p>body")
	},
}, {
	Name:    "bodyless/head-declared",
	Doc:     "A length that the handler declares for HEAD is sent, though nothing is written.",
	request: request{method: "HEAD"},
	handler: declared(12345),
}, {
	Name:    "bodyless/head-large",
	Doc:     "HEAD with a large body.",
	request: request{method: "HEAD"},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Content-Length", itoa(large))
		w.Header().Set("Content-Type", "text/plain")
		w.Write(pattern(large))
	},
}, {
	Name:    "bodyless/head-nothing",
	Doc:     "HEAD answered with a status alone has no length: that of GET is not known.",
	request: request{method: "HEAD"},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) { w.WriteHeader(http.StatusAccepted) },
}, {
	Name:    "bodyless/head-flush",
	Doc:     "HEAD flushed in the middle.",
	doors:   true,
	request: request{method: "HEAD"},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, "one") // HTTP/2 makes an error of some of this
		x.flush(w)
		io.WriteString(w, "two")
	},
}}

func bodyless(status int) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("X-Field", "1")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_, err := w.Write([]byte("body"))
		x.call("Write", err)
		_, err = io.WriteString(w, "body")
		x.call("WriteString", err)
	}
}
