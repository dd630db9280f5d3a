package adaptertest

import (
	"io"
	"net/http"
)

// Interim responses. Where they cannot be carried they are swallowed, and the
// final answer is what it would have been.
var interimCases = []Case{{
	Name: "interim/early-hints",
	Doc:  "103 goes out with the fields set so far and decides nothing (RFC 8297, F14).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("X-After", "1")
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, "body")
	},
	check: func(x *exchange) {
		k := x.do(request{})
		k.expect(want{status: http.StatusNotFound, body: "body", header: map[string]string{"X-After": "1", "Link": "</style.css>; rel=preload"}})
		k.expectInterim(http.StatusEarlyHints, "Link", "</style.css>; rel=preload")
	},
}, {
	Name: "interim/several",
	Doc:  "There may be several, of different kinds, and then an implicit 200.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.WriteHeader(http.StatusProcessing)
		w.Header().Set("Link", "</a>")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("Link", "</b>")
		w.WriteHeader(http.StatusEarlyHints)
		io.WriteString(w, "body")
	},
	check: func(x *exchange) {
		k := x.do(request{})
		k.expect(want{body: "body", header: map[string]string{"Link": "</b>"}})
		k.expectInterim(http.StatusProcessing, "Link", absent)
		k.expectInterim(http.StatusEarlyHints, "Link", "</a>")
		k.expectInterim(http.StatusEarlyHints, "Link", "</b>")
	},
}, {
	Name: "interim/continue",
	Doc:  "A handler may send 100 itself.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.WriteHeader(http.StatusContinue)
		p.tell("Body", sumOf(r.Body))
		w.WriteHeader(http.StatusCreated)
	},
	request: request{method: "POST", body: "body"},
	want:    want{status: http.StatusCreated},
	facts:   facts{"Body": sum([]byte("body"))},
}, {
	Name: "interim/only",
	Doc:  "A handler that sends nothing but 103 has answered 200.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.WriteHeader(http.StatusEarlyHints)
	},
}}

// expectInterim wants an interim answer with a field of this value, unless the
// target cannot carry any.
func (k *call) expectInterim(status int, name, value string) {
	if k.x.differs(NoInformational) || k.err != nil {
		return
	}
	for _, got := range k.interim {
		if got.status == status && field(got.header, name) == value {
			return
		}
	}
	k.x.errorf("interim answers: got %v, want %d with %s: %s", k.interim, status, name, value)
}

// Trailers. Where they cannot be carried they vanish, and the body is whole.
var trailerCases = []Case{{
	Name: "trailer/declared",
	Doc:  "Fields named in Trailer before the body are sent after it (http.ResponseWriter).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Trailer", "X-One, X-Two")
		w.Header().Add("Trailer", "X-Unset")
		io.WriteString(w, "body")
		w.Header().Set("X-One", "1")
		w.Header().Set("X-Two", "2")
		w.Header().Set("X-Other", "not declared")
	},
	check: checkTrailers("X-One", "1", "X-Two", "2", "X-Other", absent),
}, {
	Name: "trailer/prefixed",
	Doc:  "Fields with http.TrailerPrefix need not be named before.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		io.WriteString(w, "body")
		http.NewResponseController(w).Flush()
		w.Header().Set(http.TrailerPrefix+"X-One", "1")
	},
	check: checkTrailers("X-One", "1"),
}}

func checkTrailers(pairs ...string) func(x *exchange) {
	return func(x *exchange) {
		k := x.do(request{})
		k.expect(want{body: "body"})
		if k.err != nil {
			return
		}
		for i := 0; i < len(pairs); i += 2 {
			name, value := pairs[i], pairs[i+1]
			k.expectField(name, absent)
			if got := field(k.res.Trailer, name); got != value && !x.differs(NoTrailers) {
				x.errorf("trailer %s: got %q, want %q", name, got, value)
			}
		}
		k.expectField(http.TrailerPrefix+"X-One", absent)
	}
}
