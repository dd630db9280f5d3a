package adaptertest

import (
	"io"
	"net/http"
)

// Content-Length, which a handler may set, and may get wrong. Over a gateway a
// wrong one splits the client's answers (mod_fcgid) or hangs it (HAProxy).
var lengthCases = []Case{{
	Name: "length/declared",
	Doc:  "A right Content-Length is sent.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Content-Length", "100000")
		w.Write(pattern(100_000))
	},
	want: want{pattern: 100_000, length: 100_000},
}, {
	Name:    "length/computed",
	Doc:     "A small answer that was never flushed gets one.",
	handler: writeParts("one ", "two ", "three"),
	want:    want{body: "one two three", length: 13},
}, {
	Name: "length/unknown",
	Doc:  "A long answer is sent in parts, without one.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		for range 10 {
			w.Write(pattern(10_000))
		}
	},
	check: func(x *exchange) {
		k := x.do(request{})
		var body []byte
		for range 10 {
			body = append(body, pattern(10_000)...)
		}
		k.expect(want{body: string(body)})
		if k.err == nil && !x.differs(FrontDropsLength) {
			k.expectField("Content-Length", absent)
		}
	},
}, {
	Name: "length/zero",
	Doc:  "Content-Length: 0 is an answer without a body.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusOK)
		_, err := io.WriteString(w, "more")
		p.wantsError("Write", err, http.ErrContentLength)
	},
}, {
	Name: "length/exceeded",
	Doc:  "What goes beyond the declared length is refused with http.ErrContentLength and not sent.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Content-Length", "5")
		n, err := io.WriteString(w, "hello")
		if n != 5 || err != nil {
			p.errorf("the first Write: got %d, %v", n, err)
		}
		n, err = w.Write([]byte("stray bytes"))
		p.wants("the second Write", n, 0)
		p.wantsError("the second Write", err, http.ErrContentLength)
	},
	want: want{body: "hello", length: 5},
}, {
	Name: "length/exceeded-by-string",
	Doc:  "io.WriteString is held to it too.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Content-Length", "5")
		io.WriteString(w, "hello")
		_, err := io.WriteString(w, "stray bytes")
		p.wantsError("WriteString", err, http.ErrContentLength)
	},
	want: want{body: "hello", length: 5},
}, {
	Name: "length/unmet",
	Doc:  "An answer shorter than declared is broken, never complete.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Content-Length", "10")
		io.WriteString(w, "short")
	},
	want: want{broken: true},
}, {
	Name: "length/unmet-long",
	Doc:  "Also when a part of it has gone out long before.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Content-Length", "200000")
		w.Write(pattern(100_000))
	},
	want: want{broken: true},
}, {
	Name:    "length/gibberish",
	Doc:     "A Content-Length that is no number is dropped.",
	handler: withLength("gibberish"),
	want:    want{body: "body"},
}, {
	Name:    "length/negative",
	Doc:     "So is a negative one.",
	handler: withLength("-1"),
	want:    want{body: "body"},
}}

func withLength(value string) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Content-Length", value)
		http.NewResponseController(w).Flush()
		_, err := io.WriteString(w, "body")
		p.wantsError("Write", err, nil)
	}
}

func writeParts(parts ...string) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request, p *probe) {
		for _, part := range parts {
			io.WriteString(w, part)
		}
	}
}
