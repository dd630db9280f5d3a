package adaptertest

import (
	"net/http"
	"os"
	"strings"
)

var kilobytes = strings.Repeat("0123456789abcdef", 3<<10/16)

// Request fields.
var fieldCases = []Case{{
	Name:    "field/canonical",
	Doc:     "Names are in canonical form, however they were sent.",
	handler: describe,
	request: request{header: http.Header{"x-lower-case": {"1"}, "X-UPPER-CASE": {"2"}, "X-9-a": {"3"}}},
	facts:   facts{"Field.X-Lower-Case": "1", "Field.X-Upper-Case": "2", "Field.X-9-A": "3"},
}, {
	Name:    "field/values",
	Doc:     "Values arrive as sent.",
	handler: describe,
	request: request{header: http.Header{
		"X-Inner": {"a  b\tc"}, "X-Utf8": {"é€"}, "X-Quoted": {`"a, b"; c='d'`}, "X-Colon": {":a:"},
	}},
	facts: facts{"Field.X-Inner": "a  b\tc", "Field.X-Utf8": "é€", "Field.X-Quoted": `"a, b"; c='d'`, "Field.X-Colon": ":a:"},
}, {
	Name:    "field/empty",
	Doc:     "A field without a value is there.",
	except:  []Difference{FrontRewritesFields},
	handler: describe,
	request: request{header: http.Header{"X-Empty": {""}}},
	facts:   facts{"Field.X-Empty": ""},
}, {
	Name: "field/repeated",
	Doc:  "A repeated field keeps all its values in order (RFC 9110 section 5.3).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.tell("values", len(r.Header["X-Multi"]))
		p.tell("joined", strings.Join(r.Header["X-Multi"], ", "))
	},
	check: func(x *exchange) {
		k := x.do(request{header: http.Header{"X-Multi": {"one", "two, three", "four"}}})
		k.expectFacts(facts{"joined": "one, two, three, four"})
		if !x.differs(JoinedFields) {
			k.expectFacts(facts{"values": "3"})
		}
	},
}, {
	Name: "field/cookies",
	Doc:  "All cookies can be read, also when they come in several fields, as HTTP/2 sends them (RFC 9113 section 8.2.3).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		for _, name := range []string{"a", "b", "c"} {
			c, err := r.Cookie(name)
			if err != nil {
				p.errorf("cookie %s: %v in %q", name, err, r.Header["Cookie"])
				continue
			}
			p.wants("cookie "+name, c.Value, "value-of-"+name)
		}
	},
	request: request{header: http.Header{"Cookie": {"a=value-of-a; b=value-of-b; c=value-of-c"}}},
}, {
	Name:   "field/cookies-apart",
	Doc:    "Two Cookie fields are two cookies, not one with a comma in it.",
	except: []Difference{FrontRewritesFields},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.wants("cookies", len(r.Cookies()), 2)
		if c, err := r.Cookie("b"); err != nil || c.Value != "2" {
			p.errorf("cookie b: %v, %v in %q", c, err, r.Header["Cookie"])
		}
	},
	request: request{header: http.Header{"Cookie": {"a=1", "b=2"}}},
}, {
	Name:   "field/authorization",
	Doc:    "Authorization arrives (Plack). A user of the gateway's making does not.",
	except: []Difference{FrontDropsAuth},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		user, password, ok := r.BasicAuth()
		if !ok || user != "Aladdin" || password != "open sesame" {
			p.errorf("BasicAuth: %q, %q, %v in %q", user, password, ok, r.Header["Authorization"])
		}
	},
	request: request{header: http.Header{"Authorization": {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}}},
}, {
	Name:    "field/common",
	Doc:     "Fields that servers like to act on arrive unchanged.",
	except:  []Difference{FrontRewritesFields},
	handler: describe,
	request: request{header: http.Header{
		"Accept-Encoding": {"gzip;q=0, br"}, "User-Agent": {"adaptertest"}, "Referer": {"http://example.test/"},
		"X-Forwarded-For": {"192.0.2.1"}, "If-None-Match": {`W/"x"`}, "Range": {"bytes=0-1"}, "Origin": {"null"},
	}},
	facts: facts{
		"Field.Accept-Encoding": "gzip;q=0, br", "Field.User-Agent": "adaptertest", "Field.Referer": "http://example.test/",
		"Field.X-Forwarded-For": "192.0.2.1", "Field.If-None-Match": `W/"x"`, "Field.Range": "bytes=0-1", "Field.Origin": "null",
	},
}, {
	Name:    "field/content",
	Doc:     "Content-Type and Content-Length arrive once, from the request and from nowhere else.",
	handler: describe,
	check: func(x *exchange) {
		k := x.do(request{method: "POST", body: "12345", header: http.Header{"Content-Type": {"text/x-test; a=b"}}})
		k.expectFacts(facts{"Field.Content-Type": "text/x-test; a=b", "ContentLength": "5"})
		if !x.differs(NoLengthField) {
			k.expectFacts(facts{"Field.Content-Length": "5"})
		}
	},
}, {
	Name:    "field/nothing-added",
	Doc:     "A request without a body has no Content-Type, no Content-Length, no Transfer-Encoding.",
	handler: describe,
	facts:   facts{"Field.Content-Type": absent, "Field.Content-Length": absent, "Field.Transfer-Encoding": absent, "Field.Cookie": absent},
}, {
	Name:    "field/long",
	Doc:     "3 kB in one value (Plack: more than 128 bytes, where FastCGI's length takes four).",
	handler: describe,
	request: request{header: http.Header{"X-127": {kilobytes[:127]}, "X-128": {kilobytes[:128]}, "X-Long": {kilobytes}}},
	facts:   facts{"Field.X-127": kilobytes[:127], "Field.X-128": kilobytes[:128], "Field.X-Long": kilobytes},
}, {
	Name:    "field/longer",
	Doc:     "100 kB in two values, more than one FastCGI record holds.",
	except:  []Difference{FrontLimitsHead},
	handler: describe,
	request: request{header: http.Header{"X-A": {strings.Repeat("a", 70_000)}, "X-B": {strings.Repeat("b", 30_000)}}},
	facts:   facts{"Field.X-A": strings.Repeat("a", 70_000), "Field.X-B": strings.Repeat("b", 30_000)},
}, {
	Name: "field/many",
	Doc:  "50 fields.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		for name := range manyFields {
			p.wants(name, r.Header.Get(name), manyFields.Get(name))
		}
	},
	request: request{header: manyFields},
}, {
	Name: "field/httpoxy",
	Doc:  "A Proxy field never becomes the environment variable HTTP_PROXY (CVE-2016-5386).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.wants("HTTP_PROXY is the client's", os.Getenv("HTTP_PROXY") == "http://192.0.2.1:1", false)
	},
	request: request{header: http.Header{"Proxy": {"http://192.0.2.1:1"}}},
}}

var manyFields = func() http.Header {
	h := http.Header{}
	for i := range 50 {
		h.Set("X-Field-"+string(rune('A'+i%26))+string(rune('A'+i/26)), strings.Repeat("v", i))
	}
	return h
}()
