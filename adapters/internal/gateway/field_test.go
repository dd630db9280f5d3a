package gateway_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

func TestFields(t *testing.T) {
	t.Parallel()
	tests := []struct {
		desc, vars, name string
		want             string // values joined by "|"; "-" if the field must not be there
	}{
		{"repeated", "HTTP_X_FOO=1\nHTTP_X_FOO=2\nHTTP_X_FOO=3", "X-Foo", "1, 2, 3"},
		{"repeated Cookie", "HTTP_COOKIE=a=b\nHTTP_COOKIE=c=d", "Cookie", "a=b; c=d"},
		{"empty", "HTTP_X_FOO=", "X-Foo", ""},
		{"spaces around", "HTTP_X_FOO= \ta b\t ", "X-Foo", "a b"},
		{"dot", "HTTP_X.FOO=1", "X.foo", "1"},
		{"dot is not a dash", "HTTP_X.FOO=1", "X-Foo", "-"},
		{"dash was not folded", "HTTP_X-FOO=1", "X-Foo", "-"},
		{"small letters were not folded", "HTTP_x_foo=1", "X-Foo", "-"},
		{"space in the name", "HTTP_X FOO=1", "X-Foo", "-"},
		{"no name", "HTTP_=1", "", "-"},
		{"not a field", "HTTPX_FOO=1", "X-Foo", "-"},
		{"httpoxy", "HTTP_PROXY=http://evil.example", "Proxy", "-"},
		{"like httpoxy", "HTTP_PROXY_AUTHORIZATION=x", "Proxy-Authorization", "x"},
		{"Host is not in the header", "", "Host", "-"},
		{"Transfer-Encoding", "HTTP_TRANSFER_ENCODING=chunked", "Transfer-Encoding", "-"},
		{"Trailer of a chunked request", "HTTP_TRANSFER_ENCODING=chunked\nHTTP_TRAILER=X", "Trailer", "-"},
		{"Trailer", "HTTP_TRAILER=X", "Trailer", "X"},
		{"Content-Type", "CONTENT_TYPE=text/plain", "Content-Type", "text/plain"},
		{"Content-Type twice", "CONTENT_TYPE=text/plain\nHTTP_CONTENT_TYPE=text/html", "Content-Type", "text/plain"},
		{"Content-Type by the wrong name", "CONTENT_TYPE=\nHTTP_CONTENT_TYPE=text/html", "Content-Type", "text/html"},
		{"empty Content-Type", "CONTENT_TYPE=", "Content-Type", "-"},
		{"Content-Length", "CONTENT_LENGTH=5", "Content-Length", "5"},
		{"Content-Length twice", "CONTENT_LENGTH=5\nHTTP_CONTENT_LENGTH=5", "Content-Length", "5"},
		{"Content-Length of a chunked request", "CONTENT_LENGTH=5\nHTTP_TRANSFER_ENCODING=chunked", "Content-Length", "-"},
		{"length that the server made up", "CONTENT_LENGTH=0", "Content-Length", "-"},
		{"length 0 of the client", "CONTENT_LENGTH=0\nHTTP_CONTENT_LENGTH=0", "Content-Length", "0"},
		{"length 0 with a method for bodies", "CONTENT_LENGTH=0\nREQUEST_METHOD=POST", "Content-Length", "0"},
		{"empty Authorization", "HTTP_AUTHORIZATION=", "Authorization", "-"},
		{"empty Cookie", "HTTP_COOKIE=", "Cookie", "-"},
		{"websocket", "HTTP_SEC_WEBSOCKET_KEY=x", "Sec-Websocket-Key", "x"},
		{"digits", "HTTP_X_1A_B2=x", "X-1a-B2", "x"},
	}
	for _, test := range tests {
		t.Run(test.desc, func(t *testing.T) {
			t.Parallel()
			f := mustFill(t, base+test.vars, fastCGI())
			got := "-"
			if v, ok := f.Header[test.name]; ok {
				got = strings.Join(v, "|")
			}
			check(t, test.name, got, test.want)
		})
	}
}

// The values of all fields lie in one block.
func TestFieldsDoNotOverlap(t *testing.T) {
	t.Parallel()
	f := mustFill(t, base+"HTTP_ACCEPT=a\nHTTP_ORIGIN=b\nHTTP_VIA=c\nCONTENT_TYPE=d", fastCGI())
	for name := range f.Header {
		f.Header.Add(name, "added")
	}
	for name, want := range map[string]string{"Accept": "a", "Origin": "b", "Via": "c", "Content-Type": "d"} {
		if got := f.Header[name]; !slices.Equal(got, []string{want, "added"}) {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestContentLength(t *testing.T) {
	t.Parallel()
	const eof, none = "FastCGI/1.0", "SCGI/1"
	tests := []struct {
		desc, iface, vars string
		noBody            bool
		want              int64
	}{
		{desc: "absent, to the end of the stream", iface: eof, want: -1},
		{desc: "empty, to the end of the stream", iface: eof, vars: "CONTENT_LENGTH=", want: -1},
		{desc: "-1, to the end of the stream", iface: eof, vars: "CONTENT_LENGTH=-1", want: -1},
		{desc: "absent", iface: none, want: 0},
		{desc: "empty", iface: none, vars: "CONTENT_LENGTH=", want: 0},
		{desc: "-1", iface: none, vars: "CONTENT_LENGTH=-1", want: 0},
		{desc: "0", iface: eof, vars: "CONTENT_LENGTH=0", want: 0},
		{desc: "known", iface: eof, vars: "CONTENT_LENGTH=5", want: 5},
		{desc: "most", iface: none, vars: "CONTENT_LENGTH=9223372036854775807", want: 9223372036854775807},
		{desc: "leading zeros", iface: none, vars: "CONTENT_LENGTH=005", want: 5},
		{desc: "twice the same", iface: none, vars: "CONTENT_LENGTH=5\nCONTENT_LENGTH=5", want: 5},
		{desc: "no CONTENT_LENGTH of a client's length", iface: none, vars: "HTTP_CONTENT_LENGTH=5", want: 0},
		{desc: "decoded body of a chunked request", iface: eof, vars: "CONTENT_LENGTH=5\nHTTP_TRANSFER_ENCODING=chunked", want: 5},
		{desc: "authorizer", iface: eof, noBody: true, want: 0},
		{desc: "authorizer of a request with a body", iface: eof, vars: "CONTENT_LENGTH=0\nHTTP_CONTENT_LENGTH=5", noBody: true, want: 0},
	}
	for _, test := range tests {
		t.Run(test.desc, func(t *testing.T) {
			t.Parallel()
			o := gateway.Options{Interface: test.iface, BodyToEOF: test.iface == eof, NoBody: test.noBody}
			f := mustFill(t, base+test.vars, o)
			check(t, "ContentLength", f.ContentLength, test.want)
		})
	}
}

func TestProto(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"HTTP/1.1": "HTTP/1.1", "HTTP/1.0": "HTTP/1.0", "HTTP/2.0": "HTTP/2.0", "HTTP/2": "HTTP/2.0", "HTTP/3.0": "HTTP/3.0", "HTTP/3": "HTTP/3.0",
		"INCLUDED": "HTTP/1.0", "": "HTTP/1.0", "HTTP/0.9": "HTTP/0.9",
	} {
		f := mustFill(t, base+"SERVER_PROTOCOL="+in, fastCGI())
		check(t, in, f.Proto, want)
		check(t, in+": parsed", f.Proto, "HTTP/"+string(rune('0'+f.ProtoMajor))+"."+string(rune('0'+f.ProtoMinor)))
	}
}
