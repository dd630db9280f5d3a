package adaptertest

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// Answers without a body. A byte too much would begin the next answer on the
// client's connection.
var noBodyCases = []Case{{
	Name:    "no-body/204",
	Doc:     "204 has no body, no Content-Type, no Content-Length (RFC 9110 section 15.3.5); Write says so (F16).",
	handler: refusedBody(http.StatusNoContent),
	want:    want{status: http.StatusNoContent, header: map[string]string{"Content-Type": absent, "Content-Length": absent}},
}, {
	Name:    "no-body/304",
	Doc:     "304 has no body and no fields that describe one (Plack: no entity headers on 304).",
	handler: refusedBody(http.StatusNotModified),
	check: func(x *exchange) {
		k := x.do(request{})
		k.expect(want{status: http.StatusNotModified})
		if !x.differs(FrontHandlesRanges) {
			k.expect(want{status: http.StatusNotModified, header: map[string]string{"Content-Type": absent, "Content-Length": absent}})
		}
	},
}, {
	Name: "no-body/304-fields",
	Doc:  "304 keeps the fields that it is about, and loses those of a body that the handler set.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("ETag", `"tag"`)
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Length", "5")
		w.WriteHeader(http.StatusNotModified)
	},
	check: func(x *exchange) {
		k := x.do(request{})
		k.expect(want{status: http.StatusNotModified, header: map[string]string{"Etag": `"tag"`}})
		if !x.differs(FrontHandlesRanges) {
			k.expectField("Content-Type", absent)
		}
	},
}, {
	Name: "no-body/204-length",
	Doc:  "A Content-Length set with 204 is not sent.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Content-Length", "5")
		w.WriteHeader(http.StatusNoContent)
	},
	want: want{status: http.StatusNoContent, header: map[string]string{"Content-Length": absent}},
}, {
	Name: "no-body/read-from",
	Doc:  "io.Copy cannot put a body in either.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.WriteHeader(http.StatusNoContent)
		_, err := io.Copy(w, patternReader(1000))
		p.wantsError("Copy", err, http.ErrBodyNotAllowed)
	},
	want: want{status: http.StatusNoContent},
}}

func refusedBody(status int) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.WriteHeader(status)
		n, err := w.Write([]byte("stray"))
		p.wants("Write", n, 0)
		p.wantsError("Write", err, http.ErrBodyNotAllowed)
		_, err = io.WriteString(w, "stray")
		p.wantsError("WriteString", err, http.ErrBodyNotAllowed)
		n, err = w.Write(nil)
		if n != 0 || err != nil {
			p.errorf("Write(nil): got %d, %v, want 0, nil", n, err)
		}
	}
}

// HEAD is answered as GET would be, without the body (RFC 9110 section 9.3.2).
var headCases = []Case{{
	Name: "head/small",
	Doc:  "The body is counted, looked at and not sent; Write succeeds.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		n, err := io.WriteString(w, "<html>small")
		if n != 11 || err != nil {
			p.errorf("WriteString: got %d, %v, want 11, nil", n, err)
		}
	},
	request: request{method: "HEAD"},
	want:    want{length: 11, header: map[string]string{"Content-Type": "text/html; charset=utf-8"}},
}, {
	Name: "head/large",
	Doc:  "A body that would be sent in parts has no Content-Length.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		n, err := w.Write(pattern(1 << 20))
		if n != 1<<20 || err != nil {
			p.errorf("Write: got %d, %v", n, err)
		}
	},
	request: request{method: "HEAD"},
}, {
	Name:    "head/declared",
	Doc:     "A Content-Length that the handler set is sent.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) { w.Header().Set("Content-Length", "1235") },
	request: request{method: "HEAD"},
	want:    want{length: 1235},
}, {
	Name: "head/declared-and-written",
	Doc:  "Also when the body is written too, by io.Copy.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Content-Length", strconv.Itoa(100_000))
		n, err := io.Copy(w, patternReader(100_000))
		if n != 100_000 || err != nil {
			p.errorf("Copy: got %d, %v", n, err)
		}
	},
	request: request{method: "HEAD"},
	want:    want{length: 100_000},
}, {
	Name: "head/nothing",
	Doc:  "A handler that writes nothing leaves the length open.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.WriteHeader(http.StatusNotFound)
	},
	request: request{method: "HEAD"},
	want:    want{status: http.StatusNotFound},
}, {
	Name: "head/flushed",
	Doc:  "Flush sends the head and no bytes.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		for i := range 3 {
			fmt.Fprintln(w, "tick", i)
			p.wantsError("Flush", http.NewResponseController(w).Flush(), nil)
		}
	},
	request: request{method: "HEAD"},
}}
