package adaptertest

import (
	"fmt"
	"io"
	"net/http"
)

// The answer's head: status, defaults, sniffing, and when it is fixed.
var answerCases = []Case{{
	Name:    "answer/default",
	Doc:     "A Write without WriteHeader is status 200.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) { io.WriteString(w, "hello") },
	want:    want{body: "hello", length: 5, header: map[string]string{"Content-Type": "text/plain; charset=utf-8"}},
}, {
	Name:    "answer/nothing",
	Doc:     "A handler that does nothing answers 200 with an empty body and no Content-Type.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {},
	want:    want{header: map[string]string{"Content-Type": absent}},
}, {
	Name: "answer/fields-only",
	Doc:  "Fields are sent also when nothing is written.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("X-Only", "field")
	},
	want: want{header: map[string]string{"X-Only": "field"}},
}, {
	Name: "answer/empty-write",
	Doc:  "A Write of no bytes decides the status, like any other.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		n, err := w.Write(nil)
		if n != 0 || err != nil {
			p.errorf("Write(nil): got %d, %v", n, err)
		}
		w.WriteHeader(http.StatusTeapot)
	},
}, {
	Name: "answer/superfluous",
	Doc:  "The first WriteHeader counts; later ones are logged and ignored.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.WriteHeader(http.StatusAccepted)
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "body")
		w.WriteHeader(http.StatusInternalServerError)
	},
	want: want{status: http.StatusAccepted, body: "body"},
}, {
	Name: "answer/snapshot",
	Doc:  "WriteHeader fixes the fields: what is set, added, deleted or edited in place after it is not sent (F18).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		h := w.Header()
		h["X-Before"], h["X-Kept"] = []string{"before"}, []string{"kept"}
		w.WriteHeader(http.StatusOK)
		h["X-Before"][0] = "edited"
		h.Set("X-After", "after")
		h.Del("X-Kept")
		w.Header().Set("X-Later", "later")
		io.WriteString(w, "body")
	},
	want: want{body: "body", header: map[string]string{"X-Before": "before", "X-Kept": "kept", "X-After": absent, "X-Later": absent}},
}, {
	Name: "answer/snapshot-by-write",
	Doc:  "So does the first Write.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		h := w.Header()
		h.Set("X-Before", "before")
		io.WriteString(w, "body")
		h.Set("X-After", "after")
		h.Set("X-Before", "changed")
	},
	want: want{body: "body", header: map[string]string{"X-Before": "before", "X-After": absent}},
}, {
	Name: "answer/header-is-live",
	Doc:  "Header gives the same map before and after; a handler can read back what it set.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("X-One", "1")
		p.wants("before", w.Header().Get("X-One"), "1")
		io.WriteString(w, "body")
		p.wants("after", w.Header().Get("X-One"), "1")
		w.Header().Set("X-Two", "2")
		p.wants("set after", w.Header().Get("X-Two"), "2")
	},
	want: want{body: "body", header: map[string]string{"X-One": "1"}},
}, {
	Name: "answer/status-field",
	Doc:  "A field named Status is not the status (CGI's word for it).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Status", "404 Not Found")
		io.WriteString(w, "found")
	},
	want: want{body: "found"},
}, {
	Name: "answer/location",
	Doc:  "302 with a path in Location goes to the client, and is no internal redirect (RFC 3875 section 6.2.2).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Location", "/elsewhere?a=b")
		w.WriteHeader(http.StatusFound)
	},
	check: func(x *exchange) {
		k := x.do(request{})
		k.expect(want{status: http.StatusFound, anyBody: true})
		if got := field(k.res.Header, "Location"); got != "/elsewhere?a=b" && got != x.base.Scheme+"://"+x.base.Host+"/elsewhere?a=b" {
			x.errorf("Location: got %q, want %q", got, "/elsewhere?a=b")
		}
	},
}, {
	Name:   "answer/location-with-200",
	Doc:    "200 with Location stays 200.",
	except: []Difference{FrontActsOnLocation},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Location", "/elsewhere")
		io.WriteString(w, "here")
	},
	want: want{body: "here"},
}}

// statusCases are codes that pass as they are.
func statusCases() []Case {
	var cases []Case
	for _, code := range []int{201, 404, 500} {
		cases = append(cases, statusCase(code))
	}
	for _, code := range []int{299, 416, 599, 999} {
		c := statusCase(code)
		c.except = []Difference{FrontRewritesStatus}
		cases = append(cases, c)
	}
	return append(cases, invalidStatus, reasonPhrase)
}

func statusCase(code int) Case {
	return Case{
		Name: fmt.Sprintf("status/%d", code),
		Doc:  "The status is the handler's, and so is its body.",
		handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
			w.WriteHeader(code)
			io.WriteString(w, "body")
		},
		want: want{status: code, body: "body"},
	}
}

var invalidStatus = Case{
	Name: "status/invalid",
	Doc:  "WriteHeader panics at a code that is not three digits (F19), and nothing has been sent then.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		for _, code := range []int{-1, 0, 42, 99, 1000} {
			func() {
				defer func() {
					if recover() == nil {
						p.errorf("WriteHeader(%d) did not panic", code)
					}
				}()
				w.WriteHeader(code)
			}()
		}
		http.Error(w, "still here", http.StatusConflict)
	},
	want: want{status: http.StatusConflict, body: "still here\n"},
}

var reasonPhrase = Case{
	Name:    "status/reason",
	Doc:     "The reason phrase is the code's own.",
	except:  []Difference{FrontRewritesStatus, NotHTTP1},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) { w.WriteHeader(http.StatusNotFound) },
	check: func(x *exchange) {
		k := x.do(request{})
		k.expect(want{status: http.StatusNotFound, anyBody: true})
		if k.err == nil && k.res.Status != "404 Not Found" {
			x.errorf("got %q, want %q", k.res.Status, "404 Not Found")
		}
	},
}
