package adaptertest

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// What an http.Handler finds in *http.Request. The documentation of its fields
// says "for server requests" where they differ from a client's.
var requestCases = []Case{{
	Name:    "request/plain",
	Doc:     "A GET has the fields that net/http documents for server requests (middleware that trusts them: CVE-2025-24358).",
	handler: describe,
	request: request{target: "/dir/page?a=b"},
	facts: facts{
		"Method": "GET", "URL.Path": "/dir/page", "URL.RawPath": "", "URL.RawQuery": "a=b", "URL.ForceQuery": "false",
		"URL.Scheme": "", "URL.Host": "", "URL.User": "", "URL.Fragment": "", "URL.Opaque": "",
		"RequestURI": "{mount}/dir/page?a=b", "ContentLength": "0", "TransferEncoding": "[]", "Body": "0 bytes e3b0c44298fc",
		"Form": "map[]", "PostForm": "map[]", "Trailer": "map[]", "Pattern": "", "Field.Host": absent,
	},
}, {
	Name:    "request/not-a-client-request",
	Doc:     "The fields for client requests are unset: GetBody, Response, Cancel, MultipartForm.",
	handler: onlyClients,
}, {
	Name: "request/proto",
	Doc:  "Proto is the client's, and agrees with ProtoMajor and ProtoMinor.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		major, minor, ok := http.ParseHTTPVersion(r.Proto)
		if !ok || major != r.ProtoMajor || minor != r.ProtoMinor {
			p.errorf("Proto %q, ProtoMajor %d, ProtoMinor %d do not agree", r.Proto, r.ProtoMajor, r.ProtoMinor)
		}
		p.tell("Proto", r.Proto)
	},
	check: func(x *exchange) {
		k := x.do(request{})
		if !x.differs(FrontSpeaksOtherProto, NotHTTP1) {
			k.expectFacts(facts{"Proto": "HTTP/1.1"})
		}
	},
}, {
	Name:    "request/host",
	Doc:     "Host is the Host field, with its port: what a check of the request's origin compares. It is not in Header.",
	except:  []Difference{FrontRewritesHost},
	handler: describe,
	request: request{host: "Example.test:8123"},
	facts:   facts{"Host": "Example.test:8123", "Field.Host": absent},
}, {
	Name:   "request/remote-addr",
	Doc:    "RemoteAddr is address:port of the client.",
	except: []Difference{NoRemotePort},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		addr, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !addr.Addr().Unmap().IsLoopback() || addr.Port() == 0 {
			p.errorf("RemoteAddr: got %q, want a loopback address and its port", r.RemoteAddr)
		}
	},
}, {
	Name: "request/tls",
	Doc:  "TLS is set if and only if the client came by https, and then the handshake is complete.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.tell("TLS", r.TLS != nil)
		if r.TLS != nil && !r.TLS.HandshakeComplete {
			p.errorf("TLS.HandshakeComplete is false")
		}
		if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
			p.errorf("TLS.VerifiedChains is set, though the client has shown no certificate")
		}
	},
	check: func(x *exchange) {
		want := "false"
		if x.target.TLS {
			want = "true"
		}
		x.do(request{}).expectFacts(facts{"TLS": want})
	},
}, {
	Name: "request/context",
	Doc:  "The context is neither done nor has a deadline; what it says under net/http's keys has the types that they promise.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		ctx := r.Context()
		if _, ok := ctx.Deadline(); ok || ctx.Err() != nil || ctx.Done() == nil {
			p.errorf("the context has a deadline (%v), or is done (%v), or cannot be", ok, ctx.Err())
		}
		if v := ctx.Value(http.ServerContextKey); v != nil {
			if _, ok := v.(*http.Server); !ok {
				p.errorf("ServerContextKey holds a %T", v)
			}
		}
	},
}, {
	Name:   "request/local-addr",
	Doc:    "http.LocalAddrContextKey holds the net.Addr at which the request arrived.",
	except: []Difference{NoLocalAddr},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		if v, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); !ok || v.String() == "" {
			p.errorf("LocalAddrContextKey holds %v", r.Context().Value(http.LocalAddrContextKey))
		}
	},
}, {
	Name: "request/clone",
	Doc:  "Middleware can copy the request: WithContext and Clone keep what they carry.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		type key struct{}
		ctx := context.WithValue(r.Context(), key{}, "value")
		c := r.WithContext(ctx).Clone(ctx)
		c.URL.Path, c.Header["X-Field"] = "/changed", nil
		p.wants("the context's value", c.Context().Value(key{}), "value")
		p.wants("the original's path", r.URL.Path, "/original")
		p.wants("the original's field", r.Header.Get("X-Field"), "kept")
		p.wants("the copy's RequestURI", c.RequestURI, r.RequestURI)
	},
	request: request{target: "/original", header: http.Header{"X-Field": {"kept"}}},
}, {
	Name: "request/form",
	Doc:  "ParseForm joins query and body, the body first.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.wantsError("ParseForm", r.ParseForm(), nil)
		p.wants("Form[a]", strings.Join(r.Form["a"], ","), "body,query")
		p.wants("PostForm[b]", r.PostForm.Get("b"), "ü &")
		p.wants("FormValue(c)", r.FormValue("c"), "3")
	},
	request: request{
		method: "POST", target: "/?a=query&c=3", body: "a=body&b=%C3%BC+%26",
		header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	},
}, {
	Name: "request/multipart",
	Doc:  "ParseMultipartForm gives values and files.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		f, head, err := r.FormFile("upload")
		if err != nil {
			p.errorf("FormFile: %v", err)
			return
		}
		defer f.Close()
		p.wants("file name", head.Filename, "a b.txt")
		p.wants("file", sumOf(f), sum([]byte("line\r\n")))
		p.wants("value", r.FormValue("name"), "value")
	},
	request: request{
		method: "POST", header: http.Header{"Content-Type": {"multipart/form-data; boundary=cut"}},
		body: "--cut\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nvalue\r\n" +
			"--cut\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"a b.txt\"\r\n\r\nline\r\n\r\n--cut--\r\n",
	},
}}

// describe tells all that a handler can see of the request.
func describe(w http.ResponseWriter, r *http.Request, p *probe) {
	p.tell("Method", r.Method)
	p.tell("Host", r.Host)
	p.tell("RequestURI", r.RequestURI)
	p.tell("URL.Path", r.URL.Path)
	p.tell("URL.RawPath", r.URL.RawPath)
	p.tell("URL.RawQuery", r.URL.RawQuery)
	p.tell("URL.ForceQuery", r.URL.ForceQuery)
	p.tell("URL.Scheme", r.URL.Scheme)
	p.tell("URL.Host", r.URL.Host)
	p.tell("URL.User", r.URL.User.String())
	p.tell("URL.Fragment", r.URL.Fragment)
	p.tell("URL.Opaque", r.URL.Opaque)
	p.tell("Pattern", r.Pattern)
	p.tell("Form", r.Form)
	p.tell("PostForm", r.PostForm)
	p.tell("TransferEncoding", r.TransferEncoding)
	p.tell("ContentLength", r.ContentLength)
	for name, values := range r.Header {
		p.tell("Field."+name, strings.Join(values, " | "))
	}
	if r.Body == nil {
		p.errorf("Body is nil")
		return
	}
	p.tell("Body", sumOf(r.Body))
	p.tell("Trailer", r.Trailer)
}

func onlyClients(w http.ResponseWriter, r *http.Request, p *probe) {
	p.wants("GetBody is set", r.GetBody != nil, false)
	p.wants("Response is set", r.Response != nil, false)
	p.wants("Cancel is set", r.Cancel != nil, false) //lint:ignore SA1019 it must not be set
	p.wants("MultipartForm is set", r.MultipartForm != nil, false)
	p.wants("PathValue", r.PathValue("any"), "")
}
