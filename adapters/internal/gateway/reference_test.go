package gateway_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

// TestLikeNetHTTP gives the same raw request to net/http's server and, as an
// exact front server would translate it, to Fill.
func TestLikeNetHTTP(t *testing.T) {
	t.Parallel()
	tests := []struct{ desc, raw string }{
		{"curl", "GET / HTTP/1.1\r\nHost: example.com\r\nUser-Agent: curl/8\r\nAccept: */*\r\n\r\n"},
		{"query", "GET /a?b=c&d=%20+&e HTTP/1.1\r\nHost: example.com:8080\r\n\r\n"},
		{"bare question mark", "GET /a? HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"two question marks", "GET /a?? HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"question mark in query", "GET /a?b?c HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"escaped space", "GET /a%20b HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"escaped slash", "GET /a%2Fb HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"escaped letter", "GET /%61 HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"escaped NUL", "GET /a%00b HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"escaped newline", "GET /a%0Ab HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"UTF-8 escaped", "GET /%C3%BC HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"UTF-8 raw", "GET /\u00fc HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"sub-delimiters", "GET /!$&'()*+,;=:@-._~ HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"odd characters", "GET /\"<>[]\\^`{|}# HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"parameters", "GET /a;v=1/b HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"double slash first", "GET //evil.example/a HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"triple slash first", "GET ///a HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"double slash inside", "GET /a//b/ HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"dot segments", "GET /a/../b/./c HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"asterisk", "OPTIONS * HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"colon first", "GET /:80/a HTTP/1.1\r\nHost: example.com\r\n\r\n"},
		{"HTTP/1.0 without Host", "GET /a HTTP/1.0\r\n\r\n"},
		{"HTTP/1.0 kept", "GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"},
		{"close", "GET /a HTTP/1.1\r\nHost: h\r\nConnection: foo, Close\r\n\r\n"},
		{"IPv6 host", "GET /a HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n"},
		{"empty Host", "GET /a HTTP/1.1\r\nHost:\r\n\r\n"},
		{"POST", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc"},
		{"POST of nothing", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"},
		{"GET with a body", "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"},
		{"chunked", "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n0\r\n\r\n"},
		{"unknown method", "FOO-bar /a HTTP/1.1\r\nHost: h\r\n\r\n"},
		{"field names", "GET / HTTP/1.1\r\nHost: h\r\nx-real-ip: 1\r\nX-FOO-BAR: 2\r\nETag: 3\r\nSec-WebSocket-Key: 4\r\nX.Dot: 5\r\nDNT: 1\r\nX--Y: 6\r\nX-: 7\r\nX-1a: 8\r\n\r\n"},
		{"field values", "GET / HTTP/1.1\r\nHost: h\r\nX-Empty:\r\nX-Space:  a b \t\r\nX-Latin: \xe4\r\nX-Tab: a\tb\r\n\r\n"},
		{"Pragma", "GET / HTTP/1.1\r\nHost: h\r\nPragma: no-cache\r\n\r\n"},
		{"Pragma and Cache-Control", "GET / HTTP/1.1\r\nHost: h\r\nPragma: no-cache\r\nCache-Control: max-age=0\r\n\r\n"},
		{"Expect", "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n"},
		{"upgrade", "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"},
		{"browser", "GET /x HTTP/1.1\r\nHost: h\r\nAccept: a\r\nAccept-Language: b\r\nAccept-Encoding: c\r\nCookie: d=e; f=g\r\nReferer: h\r\nOrigin: i\r\nSec-Fetch-Site: j\r\nSec-Fetch-Mode: k\r\nSec-Fetch-Dest: l\r\nSec-Ch-Ua: m\r\nUpgrade-Insecure-Requests: 1\r\nIf-None-Match: n\r\nTe: trailers\r\nPriority: u=0\r\n\r\n"},
	}
	for _, test := range tests {
		t.Run(test.desc, func(t *testing.T) {
			t.Parallel()
			want := byNetHTTP(t, test.raw)
			got, err := fill(translate(t, test.raw, want.RemoteAddr), fastCGI())
			if err != nil {
				t.Fatalf("Fill: %v", err)
			}
			compare(t, got.Request, want)
		})
	}
}

func compare(t *testing.T, got, want *http.Request) {
	t.Helper()
	check(t, "Method", got.Method, want.Method)
	check(t, "RequestURI", got.RequestURI, want.RequestURI)
	check(t, "Proto", got.Proto, want.Proto)
	check(t, "ProtoMajor", got.ProtoMajor, want.ProtoMajor)
	check(t, "ProtoMinor", got.ProtoMinor, want.ProtoMinor)
	check(t, "Host", got.Host, want.Host)
	check(t, "RemoteAddr", got.RemoteAddr, want.RemoteAddr)
	check(t, "ContentLength", got.ContentLength, want.ContentLength)
	check(t, "Close", got.Close, want.Close)
	if !reflect.DeepEqual(got.URL, want.URL) {
		t.Errorf("URL: got %#v, want %#v", got.URL, want.URL)
	}
	if !reflect.DeepEqual(got.Header, want.Header) {
		t.Errorf("Header: got %v, want %v", got.Header, want.Header)
	}
	if got.TLS != nil || got.Form != nil || got.Trailer != nil || got.TransferEncoding != nil {
		t.Errorf("got %+v, want no TLS, Form, Trailer, TransferEncoding", got)
	}
}

// byNetHTTP returns the request that net/http's server hands to a handler.
func byNetHTTP(t *testing.T, raw string) *http.Request {
	t.Helper()
	seen := make(chan *http.Request, 1)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen <- r.Clone(t.Context())
	}))
	s.Config.DisableGeneralOptionsHandler = true
	s.Start()
	defer s.Close()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, raw); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("net/http answers %s", answer.Status)
	}
	return <-seen
}

// translate makes the variables of a front server that passes on each field as
// it is, an empty CONTENT_LENGTH like nginx.
func translate(t *testing.T, raw, remoteAddr string) gateway.List {
	t.Helper()
	head, _, _ := strings.Cut(raw, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	words := strings.Split(lines[0], " ")
	addr, port, err := net.SplitHostPort(remoteAddr)
	if err != nil {
		t.Fatal(err)
	}
	l := gateway.List{
		{Name: "REQUEST_METHOD", Value: words[0]}, {Name: "REQUEST_URI", Value: words[1]}, {Name: "SERVER_PROTOCOL", Value: words[2]},
		{Name: "REMOTE_ADDR", Value: addr}, {Name: "REMOTE_PORT", Value: port}, {Name: "SERVER_PORT", Value: "80"}, {Name: "SERVER_NAME", Value: "front"},
	}
	var contentLength string
	chunked := false
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		name, value = strings.ToUpper(strings.ReplaceAll(name, "-", "_")), strings.Trim(value, " \t")
		switch name {
		case "CONTENT_LENGTH":
			contentLength = value
		case "CONTENT_TYPE":
			l = append(l, gateway.Variable{Name: name, Value: value})
		case "TRANSFER_ENCODING":
			chunked = true
		}
		l = append(l, gateway.Variable{Name: "HTTP_" + name, Value: value})
	}
	if contentLength == "" && !chunked {
		contentLength = "0"
	}
	return append(l, gateway.Variable{Name: "CONTENT_LENGTH", Value: contentLength})
}

// net/http takes a target in absolute form as a proxy would; a gateway's
// handler must not see a difference to the usual form.
func TestAbsoluteForm(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ uri, host, path, query string }{
		{"http://other.example:81/a%2Fb?c", "other.example:81", "/a/b", "c"},
		{"HTTPS://other.example", "other.example", "/", ""},
		{"http://other.example?c", "other.example", "/", "c"},
		{"http://user:pw@other.example/", "other.example", "/", ""},
		{"http:///a", "example.com", "/a", ""},
	} {
		l := append(vars(base), gateway.Variable{Name: "REQUEST_URI", Value: test.uri})
		f, err := fill(l, fastCGI())
		if err != nil {
			t.Errorf("%s: %v", test.uri, err)
			continue
		}
		check(t, test.uri+": RequestURI", f.RequestURI, test.uri)
		check(t, test.uri+": Host", f.Host, test.host)
		check(t, test.uri+": Path", f.URL.Path, test.path)
		check(t, test.uri+": RawQuery", f.URL.RawQuery, test.query)
		check(t, test.uri+": URL.Host", f.URL.Host+f.URL.Scheme, "")
	}
}
