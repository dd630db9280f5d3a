package adaptertest

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Fields of the answer.
var answerFieldCases = []Case{{
	Name: "answer-field/repeated",
	Doc:  "A repeated field keeps all its values in order.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header()["X-Multi"] = []string{"one", "two, three", "four"}
	},
	check: func(x *exchange) {
		k := x.do(request{})
		k.expect(want{header: map[string]string{"X-Multi": "one, two, three, four"}})
		if k.err == nil && len(k.res.Header["X-Multi"]) != 3 && !x.differs(FrontJoinsAnswerFields) {
			x.errorf("X-Multi: got %q, want three fields", k.res.Header["X-Multi"])
		}
	},
}, {
	Name: "answer-field/cookies",
	Doc:  "Set-Cookie fields are never joined: their values have commas (RFC 6265 section 3).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		for _, c := range setCookies {
			w.Header().Add("Set-Cookie", c)
		}
		w.WriteHeader(http.StatusOK)
	},
	check: func(x *exchange) {
		k := x.do(request{})
		k.expect(want{})
		if k.err == nil && !slices.Equal(k.res.Header["Set-Cookie"], setCookies) {
			x.errorf("Set-Cookie: got %q, want %q", k.res.Header["Set-Cookie"], setCookies)
		}
	},
}, {
	Name: "answer-field/values",
	Doc:  "Values go out as they are, blanks around them cut off.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		h := w.Header()
		h.Set("X-Utf8", "é€")
		h.Set("X-Quoted", `"a, b"; c='d'`)
		h.Set("X-Blanks", "  a  b\t")
		h["x-lower"] = []string{"case"}
	},
	want: want{header: map[string]string{"X-Utf8": "é€", "X-Quoted": `"a, b"; c='d'`, "X-Blanks": "a  b", "X-Lower": "case"}},
}, {
	Name: "answer-field/newlines",
	Doc:  "No value can begin another field, or the body (CVE-2021-33621 and its like).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("X-Crlf", "a\r\nX-Injected: 1")
		w.Header().Set("X-Lf", "a\nX-Injected: 1")
		w.Header().Set("X-Cr", "a\rX-Injected: 1")
		w.Header().Set("X-End", "a\r\n\r\ninjected")
		w.Header().Set("X-Good", "good")
		io.WriteString(w, "body")
	},
	want: want{body: "body", header: map[string]string{"X-Injected": absent, "X-Good": "good"}},
}, {
	Name: "answer-field/names",
	Doc:  "A field whose name is no token is not sent (RFC 9110 section 5.1).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		for _, name := range []string{"", "Bad Name", "Bad:Name", "X-Injected: 1\r\nBad", "Bad\n", "Bäd", "Bad\x00"} {
			w.Header()[name] = []string{"bad"}
		}
		w.Header().Set("X-Good", "good")
		io.WriteString(w, "body")
	},
	check: func(x *exchange) {
		k := x.do(request{})
		k.expect(want{body: "body", header: map[string]string{"X-Injected": absent, "X-Good": "good"}})
		if k.err != nil {
			return
		}
		for name := range k.res.Header {
			if strings.HasPrefix(name, "B") {
				x.errorf("got a field named %q", name)
			}
		}
	},
}, {
	Name: "answer-field/hop-by-hop",
	Doc:  "A handler's Transfer-Encoding does not frame the answer twice, and is not seen by who asked.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Transfer-Encoding", "chunked")
		io.WriteString(w, "5\r\nhello\r\n0\r\n\r\n")
	},
	want: want{body: "5\r\nhello\r\n0\r\n\r\n", header: map[string]string{"Transfer-Encoding": absent}},
}, {
	Name: "answer-field/connection",
	Doc:  "A handler may ask to close the connection; the answer is whole.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Connection", "close")
		io.WriteString(w, "bye")
	},
	want: want{body: "bye"},
}, {
	Name:    "answer-field/long",
	Doc:     "3 kB in one value.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) { w.Header().Set("X-Long", kilobytes) },
	want:    want{header: map[string]string{"X-Long": kilobytes}},
}, {
	Name:   "answer-field/longer",
	Doc:    "70 kB in one value, more than one FastCGI record holds.",
	except: []Difference{FrontLimitsHead},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("X-Long", strings.Repeat("x", 70_000))
	},
	want: want{header: map[string]string{"X-Long": strings.Repeat("x", 70_000)}},
}, {
	Name:   "answer-field/many",
	Doc:    "300 fields.",
	except: []Difference{FrontLimitsHead},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		for i := range 300 {
			w.Header().Set(fmt.Sprintf("X-Field-%d", i), fmt.Sprint(i))
		}
	},
	check: func(x *exchange) {
		k := x.do(request{})
		k.expect(want{})
		for i := 0; i < 300 && k.err == nil; i++ {
			k.expectField(fmt.Sprintf("X-Field-%d", i), fmt.Sprint(i))
		}
	},
}}

var setCookies = []string{
	"a=1; Path=/; Expires=Thu, 01 Jan 2037 00:00:00 GMT",
	"b=2; HttpOnly; SameSite=Lax",
	"c=3",
}
