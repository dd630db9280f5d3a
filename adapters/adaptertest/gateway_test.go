package adaptertest_test

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

func TestReadGatewayResponse(t *testing.T) {
	for _, test := range []struct {
		desc, method, in string
		status           int
		body, fault      string // fault is part of the error of head or body
	}{
		{desc: "plain", in: "Status: 200 OK\r\nX-A: b\r\n\r\nbody", status: 200, body: "body"},
		{desc: "no reason", in: "Status: 404\r\n\r\n", status: 404},
		{desc: "length met", in: "Status: 200 OK\r\nContent-Length: 4\r\n\r\nbody", status: 200, body: "body"},
		{desc: "length unmet", in: "Status: 200 OK\r\nContent-Length: 5\r\n\r\nbody", status: 200, body: "body", fault: "unexpected EOF"},
		{desc: "length exceeded", in: "Status: 200 OK\r\nContent-Length: 3\r\n\r\nbody", status: 200, fault: "longer"},
		{desc: "length twice", in: "Status: 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nbody", fault: "Content-Length"},
		{desc: "length no number", in: "Status: 200 OK\r\nContent-Length: four\r\n\r\nbody", fault: "Content-Length"},
		{desc: "length negative", in: "Status: 200 OK\r\nContent-Length: -4\r\n\r\nbody", fault: "Content-Length"},
		{desc: "HEAD", method: "HEAD", in: "Status: 200 OK\r\nContent-Length: 4\r\n\r\n", status: 200},
		{desc: "HEAD with a body", method: "HEAD", in: "Status: 200 OK\r\n\r\nbody", status: 200, fault: "longer"},
		{desc: "204 with a body", in: "Status: 204 No Content\r\n\r\nbody", status: 204, fault: "longer"},
		{desc: "304 with a length", in: "Status: 304 Not Modified\r\nContent-Length: 4\r\n\r\n", status: 304},
		{desc: "no status", in: "Content-Type: text/plain\r\n\r\nbody", fault: "status"},
		{desc: "status too long", in: "Status: 2000 Odd\r\n\r\n", fault: "status"},
		{desc: "bad field", in: "Status: 200 OK\r\nno field\r\n\r\n", fault: "malformed"},
		{desc: "cut head", in: "Status: 200 OK\r\nX-A: b\r\n", fault: "EOF"},
		{desc: "nothing", fault: "EOF"},
	} {
		t.Run(test.desc, func(t *testing.T) {
			r := &http.Request{Method: test.method}
			res, err := adaptertest.ReadGatewayResponse(strings.NewReader(test.in), r)
			var status int
			var body []byte
			if err == nil {
				status = res.StatusCode
				body, err = io.ReadAll(res.Body)
			}
			if status != test.status || string(body) != test.body {
				t.Errorf("got %d %q, want %d %q", status, body, test.status, test.body)
			}
			if test.fault == "" && err != nil || test.fault != "" && (err == nil || !strings.Contains(err.Error(), test.fault)) {
				t.Errorf("got error %v, want %q", err, test.fault)
			}
		})
	}
}

func TestVariables(t *testing.T) {
	r, err := http.NewRequest("POST", "https://host.test:8443/mount/a%20b%2Fc?x=%zz", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{
		"Content-Type": {"text/plain"}, "Cookie": {"a=1", "b=2"}, "X-Multi": {"one", " two "}, "x-lower": {"l"}, "Content-Length": {"99"},
		"X_Multi": {"smuggled"}, "X.Multi": {"smuggled"}, "X_Other": {"smuggled"},
	}
	got := maps.Collect(adaptertest.Variables(r, "/mount"))
	for name, want := range map[string]string{
		"REQUEST_METHOD": "POST", "REQUEST_URI": "/mount/a%20b%2Fc?x=%zz", "SCRIPT_NAME": "/mount", "PATH_INFO": "/a b/c",
		"QUERY_STRING": "x=%zz", "SERVER_NAME": "host.test", "SERVER_PORT": "8443", "HTTP_HOST": "host.test:8443", "HTTPS": "on",
		"CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "4", "HTTP_COOKIE": "a=1; b=2", "HTTP_X_MULTI": "one, two", "HTTP_X_LOWER": "l",
	} {
		if got[name] != want {
			t.Errorf("%s: got %q, want %q", name, got[name], want)
		}
	}
	for _, name := range []string{"HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH", "HTTP_X_OTHER", "HTTP_X.MULTI"} {
		if v, ok := got[name]; ok {
			t.Errorf("%s is set to %q", name, v)
		}
	}
}

func TestVariablesOfUnknownLength(t *testing.T) {
	for _, length := range []int64{-1, 0} { // NewRequest leaves it at 0
		r := must(http.NewRequest("POST", "http://host.test/", io.MultiReader(strings.NewReader("body"))))
		r.ContentLength = length
		names := slices.Collect(maps.Keys(maps.Collect(adaptertest.Variables(r, ""))))
		if slices.Contains(names, "CONTENT_LENGTH") || slices.Contains(names, "HTTPS") {
			t.Errorf("%d: got %q, want neither CONTENT_LENGTH nor HTTPS", length, names)
		}
	}
}

func TestVariablesWithoutBody(t *testing.T) {
	for _, body := range []io.Reader{nil, http.NoBody} {
		r := must(http.NewRequest("POST", "http://host.test/", body))
		if got := maps.Collect(adaptertest.Variables(r, ""))["CONTENT_LENGTH"]; got != "0" {
			t.Errorf("%v: got CONTENT_LENGTH %q, want 0", body, got)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
