package ajp

import (
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"

	gangplank "github.com/gangplank-web/gangplank"
)

func pairs(v *variables) map[string]string {
	m := map[string]string{}
	for pos := 0; ; {
		name, value, next, ok := v.Pair(pos)
		if !ok {
			return m
		}
		m[name] = value
		pos = next
	}
}

func TestTranslate(t *testing.T) {
	t.Parallel()
	usual := map[string]string{
		"REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_URI": "/a%20b", "QUERY_STRING": "",
		"REMOTE_ADDR": "192.0.2.7", "SERVER_NAME": "www.example.com", "SERVER_PORT": "80",
	}
	for _, tt := range []struct {
		desc    string
		ask     ask
		decoded bool
		want    map[string]string // besides the usual; "-" is not there
	}{
		{desc: "nothing but a path"},
		{desc: "query", ask: ask{attributes: attr(nil, attrQueryString, "b=c&d")}, want: map[string]string{"REQUEST_URI": "/a%20b?b=c&d", "QUERY_STRING": "b=c&d"}},
		{desc: "empty query", ask: ask{attributes: attr(nil, attrQueryString, "")}, want: map[string]string{"REQUEST_URI": "/a%20b?"}},
		{desc: "TLS", ask: ask{tls: true}, want: map[string]string{"HTTPS": "on"}},
		{desc: "fields", ask: ask{fields: fields[:3]}, want: map[string]string{
			"HTTP_HOST": "www.example.com", "HTTP_USER_AGENT": fields[1][1], "HTTP_ACCEPT": fields[2][1],
		}},
		{desc: "fields of the body, with and without codes", ask: ask{fields: [][2]string{{"Content-Type", "text/plain"}, {"content-LENGTH", "5"}}},
			want: map[string]string{"CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "5"}},
		{desc: "names that would meet others", ask: ask{fields: [][2]string{{"X_Real_IP", "1"}, {"X-Real-IP", "2"}, {"X.Real.IP", "3"}}},
			want: map[string]string{"HTTP_X_REAL_IP": "2", "HTTP_X.REAL.IP": "3"}},
		{desc: "method with a code", ask: ask{method: 27}, want: map[string]string{"REQUEST_METHOD": "MKACTIVITY"}},
		{desc: "method with a name", ask: ask{method: 0xff, attributes: attr(nil, attrStoredMethod, "FOO")}, want: map[string]string{"REQUEST_METHOD": "FOO"}},
		{desc: "decoded path", decoded: true, want: map[string]string{"REQUEST_URI": "-", "PATH_INFO": "/a%20b"}},
		{desc: "attributes with codes", ask: ask{attributes: append(
			attr(attr(attr(attr(nil, attrRemoteUser, "alice"), attrAuthType, "Basic"), attrRoute, "r1"), attrSSLCipher, "TLS_AES_128_GCM_SHA256"),
			byte(attrSSLKeySize), 1, 0)}, want: map[string]string{
			"REMOTE_USER": "alice", "AUTH_TYPE": "Basic", "AJP_ROUTE": "r1", "SSL_CIPHER": "TLS_AES_128_GCM_SHA256", "SSL_CIPHER_USEKEYSIZE": "256",
		}},
		{desc: "named attributes that all gateways know", ask: ask{attributes: attr(attr(attr(nil, attrNamed, "AJP_REMOTE_PORT", "4711"),
			attrNamed, "AJP_LOCAL_ADDR", "192.0.2.1"), attrNamed, "AJP_SSL_PROTOCOL", "TLSv1.3")}, want: map[string]string{
			"REMOTE_PORT": "4711", "SERVER_ADDR": "192.0.2.1", "SSL_PROTOCOL": "TLSv1.3",
		}},
		{desc: "attributes of servlets", ask: ask{attributes: attr(attr(nil, attrContext, "/app"), attrServletPath, "/x")}},
		{desc: "no string", ask: ask{attributes: []byte{byte(attrRemoteUser), 0xff, 0xff}}},
	} {
		tt.ask.path = "/a%20b"
		want := maps.Clone(usual)
		maps.Copy(want, tt.want)
		maps.DeleteFunc(want, func(_, v string) bool { return v == "-" })
		v, err := translate(tt.ask.content(), "", tt.decoded)
		if got := pairs(&v); err != nil || !maps.Equal(got, want) {
			t.Errorf("%s:\ngot  %q, %v\nwant %q", tt.desc, got, err, want)
		}
	}
}

// Ghostcat, CVE-2020-1938: attributes chose the file that Tomcat served. An
// attribute is no variable, whatever its name, and so nothing that a request is
// made of.
func TestAttributesAreNoVariables(t *testing.T) {
	t.Parallel()
	var b []byte
	names := []string{
		"javax.servlet.include.request_uri", "javax.servlet.include.path_info", "REQUEST_URI", "REQUEST_METHOD", "SCRIPT_NAME",
		"PATH_INFO", "REMOTE_ADDR", "REMOTE_USER", "HTTPS", "HTTP_HOST", "HTTP_AUTHORIZATION", "CONTENT_LENGTH", "SSL_CLIENT_CERT", "Authorization", "COOKIE",
	}
	for _, name := range names {
		b = attr(b, attrNamed, name, "evil")
	}
	v, err := translate(ask{attributes: b}.content(), "", false)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range pairs(&v) {
		if value == "evil" {
			t.Errorf("attribute %s is a variable", name)
		}
	}
	for _, name := range names {
		if value, ok := v.attributes().Get(name); !ok || value != "evil" {
			t.Errorf("attribute %s is lost", name)
		}
	}
	n := 0
	for range v.attributes().All() {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("stopped after %d", n)
	}
	if _, ok := (Attributes{}).Get("x"); ok {
		t.Error("no attributes have one")
	}
}

// What makes it doubtful where a body ends, or what follows it, is refused.
// CVE-2022-26377: Apache took "chunked, chunked" for no body and sent the body's
// first packet all the same.
func TestFramingInDoubt(t *testing.T) {
	t.Parallel()
	for _, fields := range [][][2]string{
		{{"Transfer-Encoding", "chunked, chunked"}},
		{{"Transfer-Encoding", "xchunked"}},
		{{"Transfer-Encoding", ", chunked"}},
		{{"Transfer-Encoding", "identity"}},
		{{"Transfer-Encoding", ""}},
		{{"Transfer-Encoding", "gzip"}, {"Transfer-Encoding", "chunked"}},
		{{"Transfer-Encoding", "chunked"}, {"transfer-encoding", "chunked"}},
		{{"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}},
		{{"content-length", "5"}, {"TRANSFER-ENCODING", "chunked"}},
	} {
		if v, err := translate(ask{method: 4, fields: fields}.content(), "", false); gangplank.StatusOf(err) != http.StatusBadRequest {
			t.Errorf("%q: got %q, %v", fields, pairs(&v), err)
		}
	}
	if _, err := translate(ask{method: 4, fields: [][2]string{{"Transfer-Encoding", "Chunked"}}}.content(), "", false); err != nil {
		t.Errorf("chunked alone: %v", err)
	}
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	whole := ask{fields: fields, attributes: attr(attr(nil, attrNamed, "NAME", "value"), attrQueryString, "q")}.content()
	if _, err := translate(whole, "", false); err != nil {
		t.Fatal(err)
	}
	for n := 1; n < len(whole); n++ {
		if _, err := translate(whole[:n], "", false); gangplank.StatusOf(err) != http.StatusBadRequest {
			t.Fatalf("the first %d of %d bytes: %v", n, len(whole), err)
		}
	}
	for desc, packet := range map[string][]byte{
		"bytes after the end":       append(whole, 0),
		"attribute without meaning": ask{attributes: attr(nil, 14, "x")}.content(),
		"attribute 0":               ask{attributes: []byte{0}}.content(),
		"method 0":                  []byte(strings.Replace(string(whole), "\x02\x02", "\x02\x00", 1)),
		"method 28":                 ask{method: 28}.content(),
		"method without its name":   ask{method: 0xff}.content(),
		"method with two names":     ask{attributes: attr(nil, attrStoredMethod, "POST")}.content(),
	} {
		if _, err := translate(packet, "", false); gangplank.StatusOf(err) != http.StatusBadRequest {
			t.Errorf("%s: %v", desc, err)
		}
	}
}

func TestSecret(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		secret, sent string
		ok           bool
	}{
		{"", "", true},
		{"", "unasked", true},
		{"secret", "secret", true},
		{"secret", "", false},
		{"secret", "Secret", false},
		{"secret", "secretx", false},
		{"secret", "secre", false},
	} {
		v, err := translate(ask{secret: tt.sent}.content(), tt.secret, false)
		if ok := err == nil; ok != tt.ok || !ok && !errors.Is(err, errSecret) {
			t.Errorf("%q for %q: %v", tt.sent, tt.secret, err)
		}
		if strings.Contains(v.block, "secret") || strings.Contains(v.block, "unasked") {
			t.Errorf("%q is told", tt.sent)
		}
	}
}
