//go:build linux

package gatewaytest_test

import (
	"strings"
	"testing"
)

var failureCases = []testCase{
	{name: "errors", run: testErrors},
	{name: "panic before the answer", run: testPanic},
	{name: "panic within the answer", run: testPanicWithin, except: []exception{
		{"*-cgi*", "CGI cannot tell an answer that broke off from a complete one"},
		{"apache-htaccess", "CGI cannot tell an answer that broke off from a complete one"},
		{"apache-fcgid", "mod_fcgid ends the answer cleanly, though it logs that its backend broke it off"},
		{"apache-proxy-fcgi*", "mod_proxy_fcgi writes its own 503 page after what it has sent, and ends cleanly"},
		{"*-scgi*", "the end of the connection is the end of the answer, and a unix socket knows no reset"},
		{"*-uwsgi*", "the end of the connection is the end of the answer, and a unix socket knows no reset"},
		{"lighttpd-fastcgi*", "lighttpd ends the answer cleanly, though it logs that its backend broke it off"},
		{"lighttpd-ajp", "lighttpd ends the answer cleanly, though it logs that its backend broke it off"},
	}},
	{name: "error stream", run: testErrorStream, except: []exception{
		{"*-http", "HTTP has none: the program's own standard error is used"},
		{"*-scgi*", "SCGI has none: the program's own standard error is used"},
		{"*-uwsgi*", "uwsgi has none: the program's own standard error is used"},
		{"*-ajp", "AJP has none: the program's own standard error is used"},
	}},
}

func testErrors(t *testing.T, s *site) {
	for kind, want := range map[string]int{"notfound": 404, "conflict": 409, "toolarge": 413, "timeout": 504, "wrapped": 500} {
		a := s.get(t, "/error/"+kind)
		if a.StatusCode != want {
			t.Errorf("%s: got %s, want %d", kind, a.Status, want)
		}
		if strings.Contains(a.body, "host") || strings.Contains(a.body, "revision") {
			t.Errorf("%s: the cause reached the client: %q", kind, a.body)
		}
	}
}

// A panic is one request's: it gets a 500, the process goes on.
func testPanic(t *testing.T, s *site) {
	pid := s.pid(t)
	for _, path := range []string{"/panic", "/panic?half=4000"} {
		a := s.get(t, path)
		if a.StatusCode != 500 || strings.Contains(a.body, "abcdef") || a.body == "" {
			t.Errorf("%s: got %s, %.100q, want a 500 and a page", path, a.Status, a.body)
		}
	}
	if a, err := s.send(s.request(t, "GET", "/panic?abort=1", nil)); err == nil && a.err == nil && a.StatusCode < 500 {
		t.Errorf("http.ErrAbortHandler: got %s, %q, which looks complete", a.Status, a.body)
	}
	s.works(t)
	if s.process != nil && s.pid(t) != pid {
		t.Error("the process has ended")
	}
}

// An answer of which a part is out must not look complete.
func testPanicWithin(t *testing.T, s *site) {
	for _, path := range []string{"/panic?after=100000", "/panic?half=100000", "/panic?after=100000&abort=1"} {
		a, err := s.send(s.request(t, "GET", path, nil))
		if err == nil && a.err == nil && a.StatusCode == 200 {
			t.Errorf("%s: got %s and %d bytes, and no error", path, a.Status, len(a.body))
		}
	}
	s.works(t)
}

func testErrorStream(t *testing.T, s *site) {
	const text = "a-line-for-the-log"
	s.get(t, "/stderr?msg="+text).want(t, 200, "ok\n")
	until(t, "the line is not in the server's log", func() bool { return strings.Contains(s.server.Log(), text) })
}
