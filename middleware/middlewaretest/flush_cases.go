package middlewaretest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Flush. The client tells the handler what has arrived; nothing is timed. Where a
// foreign wrapper takes Flush away the handler does not wait.
var flushCases = []Case{{
	Name:    "flush/head",
	Doc:     "Flush before any Write sends the head at once: an event stream opens (FAULTS: gzhttp, scs, net/http/fcgi).",
	streams: true,
	handler: flushHead(func(http.ResponseWriter) {}),
}, {
	Name:    "flush/status-first",
	Doc:     "So does Flush after WriteHeader.",
	streams: true,
	handler: flushHead(func(w http.ResponseWriter) { w.WriteHeader(http.StatusAccepted) }),
}, {
	Name:    "flush/ticks",
	Doc:     "Every flushed part reaches the client before the next is written.",
	streams: true,
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range ticks {
			x.write(w, tick)
			if x.flush(w) {
				x.wait(fmt.Sprint("tick ", i))
			}
		}
	},
	client: func(x *exchange) {
		a := x.send(request{})
		for i := range ticks {
			if a.err == nil {
				a.arrive(len(tick))
			}
			x.signal(fmt.Sprint("tick ", i))
		}
		a.finish()
	},
}, {
	Name: "flush/fixes-head",
	Doc:  "After Flush status and fields stand.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("X-Before", "1")
		if x.flush(w) {
			w.Header().Set("X-After", "1")
		}
		io.WriteString(w, "body")
	},
}, {
	Name: "flush/many",
	Doc:  "Many Flushes change no byte.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		for range 100 {
			io.WriteString(w, strings.Repeat("tick\n", 50))
			http.NewResponseController(w).Flush()
			http.NewResponseController(w).Flush()
		}
	},
}, {
	Name: "flush/declared",
	Doc:  "A declared length survives Flush.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Content-Length", "8")
		w.Header().Set("Content-Type", "text/plain")
		x.write(w, "half")
		x.flush(w)
		x.write(w, "half")
	},
}, {
	Name: "flush/by-interface",
	Doc:  "A type assertion to http.Flusher does the same as http.ResponseController.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Content-Length", "4")
		w.Header().Set("Content-Type", "text/plain")
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		io.WriteString(w, "body")
	},
}}

const ticks = 5

const tick = "data: a line that is long enough not to be mistaken for another\n\n"

func flushHead(first func(http.ResponseWriter)) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Content-Type", "text/event-stream")
		first(w)
		if x.flush(w) {
			x.wait("head")
		}
		io.WriteString(w, "body")
	}
}

// Interim responses.
var interimCases = []Case{{
	Name: "interim/early-hints",
	Doc:  "103 goes out with the fields set so far and decides nothing (RFC 8297).",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("X-After", "1")
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, "body")
	},
}, {
	Name: "interim/several",
	Doc:  "There may be several, and then an implicit 200.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.WriteHeader(http.StatusProcessing)
		w.Header().Set("Link", "</a>")
		w.WriteHeader(http.StatusEarlyHints)
		io.WriteString(w, "body")
	},
}, {
	Name: "interim/flush",
	Doc:  "Flush after 103 sends the head of a 200.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Link", "</a>")
		w.WriteHeader(http.StatusEarlyHints)
		x.flush(w)
		io.WriteString(w, "body")
	},
}, {
	Name: "interim/only",
	Doc:  "A handler that sends nothing but 103 has answered 200.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.WriteHeader(http.StatusEarlyHints)
	},
}, {
	Name:    "interim/continue",
	Doc:     "A handler may send 100 itself.",
	request: request{method: "POST", body: "body"},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.WriteHeader(http.StatusContinue)
		x.contents(r)
		w.WriteHeader(http.StatusCreated)
	},
}}

// Trailers.
var trailerCases = []Case{{
	Name: "trailer/declared",
	Doc:  "Fields named in Trailer are sent after the body (http.ResponseWriter).",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Trailer", "X-One, X-Two")
		w.Header().Add("Trailer", "X-Unset")
		io.WriteString(w, "body")
		w.Header().Set("X-One", "1")
		w.Header().Set("X-Two", "2")
		w.Header().Set("X-Other", "not declared")
	},
}, {
	Name:  "trailer/prefixed",
	Doc:   "Fields with http.TrailerPrefix need not be named before.",
	doors: true,
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		io.WriteString(w, "body")
		x.flush(w)
		w.Header().Set(http.TrailerPrefix+"X-One", "1")
	},
}, {
	Name: "trailer/large",
	Doc:  "The same after a body that no buffer holds.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Trailer", "X-One")
		w.Write(pattern(large))
		w.Header().Set("X-One", "1")
	},
}}
