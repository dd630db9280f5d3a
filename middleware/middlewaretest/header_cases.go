package middlewaretest

import (
	"io"
	"net/http"
)

// Response fields.
var headerCases = []Case{{
	Name: "header/repeated",
	Doc:  "Repeated fields keep their number and order.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		for _, value := range []string{"a=1", "b=2", "c=3"} {
			w.Header().Add("Set-Cookie", value)
			w.Header().Add("X-Many", value)
		}
		io.WriteString(w, "body")
	},
}, {
	Name: "header/snapshot",
	Doc:  "WriteHeader snapshots the fields: what is changed later is not sent (http.ResponseWriter).",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		h := w.Header()
		h.Set("X-Kept", "before")
		h.Set("X-Changed", "before")
		w.WriteHeader(http.StatusAccepted)
		h.Set("X-Changed", "after")
		h.Set("X-Late", "1")
		h.Del("X-Kept")
		io.WriteString(w, "body")
	},
}, {
	Name: "header/snapshot-by-write",
	Doc:  "So does the first Write.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("X-Changed", "before")
		io.WriteString(w, "body")
		w.Header().Set("X-Changed", "after")
		w.Header().Set("X-Late", "1")
		io.WriteString(w, "body")
	},
}, {
	Name: "header/same-map",
	Doc:  "Header returns the same map every time, with what was put there.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		h := w.Header()
		h.Set("X-Field", "1")
		x.note("read back", w.Header().Get("X-Field"))
		w.WriteHeader(http.StatusOK)
		h.Set("X-After", "1")
		x.note("read back after WriteHeader", w.Header().Get("X-After"))
	},
}, {
	Name: "header/sniffed",
	Doc:  "A Content-Type is sniffed from what was written first.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Write([]byte("\x89PNG\x0D\x0A"))
		w.Write([]byte("\x1A\x0A and so on"))
	},
}, {
	Name: "header/not-sniffed",
	Doc:  "A nil Content-Type means that there is none.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header()["Content-Type"] = nil
		io.WriteString(w, "<p>body")
	},
}, {
	Name: "header/outer-fields",
	Doc:  "What outer layers have set is there to be read, and is sent.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		x.note("outer field", w.Header().Get("X-Outer-Layer"))
		w.Header().Add("X-Outer-Layer", "2")
		io.WriteString(w, "body")
	},
	outer: func(next http.Handler, _ *exchange) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Outer-Layer", "1")
			next.ServeHTTP(w, r)
		})
	},
}, {
	Name: "header/own-values",
	Doc:  "The values are the response's own: an outer layer that edits them spoils no other response (rs/cors shared its slices).",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		io.WriteString(w, "body")
		x.flush(w)
	},
	outer:  scribbling,
	client: func(x *exchange) { x.do(request{}); x.do(request{}) },
}}

// scribbling overwrites all field values once they have been sent.
func scribbling(next http.Handler, x *exchange) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		shared := no
		for name, values := range w.Header() {
			for i, value := range values {
				if value == scribble {
					shared = name
				}
				values[i] = scribble
			}
		}
		x.note("shares a value with another response", shared)
	})
}

const scribble = "scribbled over"
