package scgi_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
	"github.com/gangplank-web/gangplank/adapters/scgi"
)

// ask sends raw bytes and returns all that comes back.
func ask(t *testing.T, h http.HandlerFunc, request string) (answer, log string) {
	t.Helper()
	srv := &scgi.Server{Handler: h}
	lines := protocoltest.Collect(&srv.Logger)
	answer = protocoltest.Ask(t, srv, request)
	return answer, lines.String()
}

// The specification's example, section 5, and an answer as it should be.
func TestSpecification(t *testing.T) {
	t.Parallel()
	got, _ := ask(t, func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %d %q %v", r.Method, r.URL.Path, r.ContentLength, b, err)
	}, "70:CONTENT_LENGTH\x0027\x00SCGI\x001\x00REQUEST_METHOD\x00POST\x00REQUEST_URI\x00/deepthought\x00,What is the answer to life?")
	want := "Status: 200 OK\r\nContent-Length: 55\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
		`POST /deepthought 27 "What is the answer to life?" <nil>`
	if got != strings.Replace(want, "55", fmt.Sprint(len(want)-strings.Index(want, "POST")), 1) {
		t.Errorf("got %q", got)
	}
}

// What is no SCGI at all costs the connection; what is another one is told so.
func TestNotSCGI(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, answer, log string }{
		{in: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", log: "not a netstring"},
		{in: "999999999999:", log: "not a netstring"},
		{in: "\x01\x01\x00\x01\x00\x08\x00\x00", log: "not a netstring"},
		{in: "99999999:", answer: "Status: 431 ", log: "variables of"},
		{in: "25:REQUEST_METHOD\x00GET\x00SCG\x00\x00\x00,", answer: "Status: 400 ", log: "cut short"},
		{in: "19:REQUEST_METHOD\x00GET\x00;", answer: "Status: 400 ", log: "without its comma"},
		{in: "19:REQUEST_METHOD\x00GET\x00,", answer: "Status: 400 ", log: "no header SCGI with the value 1"},
		{in: "26:REQUEST_METHOD\x00GET\x00SCGI\x002\x00,", answer: "Status: 400 ", log: "no header SCGI with the value 1"},
	} {
		got, log := ask(t, func(http.ResponseWriter, *http.Request) { t.Errorf("%q: the handler was called", test.in) }, test.in)
		if !strings.HasPrefix(got, test.answer) || (got == "") != (test.answer == "") || !strings.Contains(log, test.log) {
			t.Errorf("%q: got %q, log %q", test.in, got, log)
		}
	}
}
