package main_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/examples/internal/program"
)

// The gateways' tests drive the probe through real servers; here it has to do
// what it says, over plain HTTP and as a CGI program.

func TestProbe(t *testing.T) {
	client := program.Serve(t, program.Build(t))
	tests := []struct {
		method, target, body string
		status               int
		want                 string // the answer, or "/expression/"
		header               string // "Name: value"
	}{
		{target: "/env?a=b", status: 200, want: `/"path":"/env",.*"query":"a=b",.*"interface":"HTTP"/`, header: "Content-Type: application/json"},
		{method: "POST", target: "/echo", body: "abc", status: 200, want: "abc", header: "X-Content-Length: 3"},
		{method: "POST", target: "/echo?buffer=1", body: "abc", status: 200, want: "abc", header: "X-Length: 3"},
		{method: "POST", target: "/echo?buffer=1", body: strings.Repeat("x", 1<<20+1), status: 413, want: "/./"},
		{method: "POST", target: "/sum", body: "hello", status: 200, want: "5 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\n"},
		{method: "POST", target: "/upload", body: "x", status: 415, want: "/./"},
		{target: "/bytes/28", status: 200, want: "abcdefghijklmnopqrstuvwxyzab", header: "Content-Length: 28"},
		{target: "/bytes/28?flush=1", status: 200, want: "abcdefghijklmnopqrstuvwxyzab", header: "Content-Length: "},
		{target: "/bytes/-1", status: 400, want: "/n must be a number/"},
		{target: "/status/204", status: 204, want: ""},
		{method: "DELETE", target: "/status/418", status: 418, want: "status 418\n"},
		{target: "/status/99", status: 400, want: "/code must be/"},
		{target: "/stream?n=2&ms=0", status: 200, want: "tick 0\ntick 1\n"},
		{target: "/sse?n=2&ms=0", status: 200, want: "data: 0\n\ndata: 1\n\n", header: "Content-Type: text/event-stream"},
		{target: "/redirect", status: 302, want: "/./", header: "Location: /env"},
		{target: "/redirect?to=/page&code=307", status: 307, want: "/./", header: "Location: /page"},
		{target: "/redirect?code=200", status: 400, want: "/code must be/"},
		{target: "/cookies?n=2", status: 200, want: "2 cookies\n", header: "Set-Cookie: c0=v0"},
		{target: "/header/3000", status: 200, want: "header of 3000\n", header: "X-Big: " + strings.Repeat("x", 3000)},
		{target: "/early", status: 200, want: "early\n", header: "Link: </style.css>; rel=preload"},
		{target: "/sleep/1", status: 200, want: "slept\n"},
		{target: "/sleep", status: 200, want: `{"cancelled":0,"finished":1,"started":1,"streaming":0}` + "\n"},
		{target: "/panic", status: 500, want: "/./"},
		{target: "/panic?half=4000", status: 500, want: "/^[^a]*Internal Server Error/"},
		{target: "/error/notfound", status: 404, want: "/There is no such page yet/"},
		{target: "/error/conflict", status: 409, want: "/Somebody else saved this page/"},
		{target: "/error/toolarge", status: 413, want: "/./"},
		{target: "/error/timeout", status: 504, want: "/^[^:]*$/"},
		{target: "/error/wrapped", status: 500, want: "/^[^:]*$/"},
		{target: "/error/other", status: 404, want: "/no error of the kind other/"},
		{target: "/stderr?msg=hello", status: 200, want: "ok\n"},
		{target: "/url", status: 200, want: "/pages/Front%20Page\n"},
		{target: "/pages/Front%20Page", status: 200, want: "Front Page\n"},
		{target: "/page", status: 200, want: "/(?s)^<!doctype html>.{1000}/", header: "Last-Modified: Sun, 01 Mar 2026 12:00:00 GMT"},
		{target: "/session", status: 200, want: `{"count":1,"new":true}` + "\n", header: "Content-Type: application/json"},
		{method: "POST", target: "/session/renew", status: 200, want: "renewed\n"},
		{method: "POST", target: "/session/destroy", status: 200, want: "destroyed\n"},
		{target: "/flash?set=hello", status: 200, want: "stored\n"},
		{target: "/flash", status: 200, want: ""},
		{target: "/private", status: 401, want: "/You have to log in/", header: `WWW-Authenticate: Basic realm="probe", charset="UTF-8"`},
		{target: "/nowhere", status: 404, want: "/./"},
		{method: "POST", target: "/page", status: 405, want: "/./", header: "Allow: GET, HEAD"},
	}
	for _, tt := range tests {
		t.Run(tt.method+tt.target, func(t *testing.T) {
			req, err := http.NewRequest(tt.method, "http://probe"+tt.target, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != tt.status || !matches(string(body), tt.want) {
				t.Errorf("got %d, %v, %.200q, want %d, %s", resp.StatusCode, err, body, tt.status, tt.want)
			}
			if name, value, _ := strings.Cut(tt.header, ": "); tt.header != "" && resp.Header.Get(name) != value {
				t.Errorf("got %s %.100q, want %.100q", name, resp.Header.Values(name), value)
			}
		})
	}
}

// matches compares got with a text, or with a /regular expression/.
func matches(got, want string) bool {
	if len(want) > 1 && want[0] == '/' && want[len(want)-1] == '/' {
		return regexp.MustCompile(want[1 : len(want)-1]).MatchString(got)
	}
	return got == want
}

func TestConditional(t *testing.T) {
	client := program.Serve(t, program.Build(t))
	first, err := client.Get("http://probe/page")
	if err != nil {
		t.Fatal(err)
	}
	first.Body.Close()
	req, _ := http.NewRequest(http.MethodGet, "http://probe/page", nil)
	req.Header.Set("If-None-Match", first.Header.Get("ETag"))
	second, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Body.Close()
	if second.StatusCode != http.StatusNotModified {
		t.Errorf("got %s, want 304", second.Status)
	}
}

// The gateways' tests look at sessions; here it is who may see /private.
func TestPrivate(t *testing.T) {
	client := program.Serve(t, program.Build(t))
	for password, want := range map[string]int{"wonderland": http.StatusOK, "looking-glass": http.StatusUnauthorized} {
		req, _ := http.NewRequest(http.MethodGet, "http://probe/private", nil)
		req.SetBasicAuth("alice", password)
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: got %s, want %d", password, resp.Status, want)
		}
	}
}

// Every link of the index has to lead somewhere, also below a mount point.
func TestIndex(t *testing.T) {
	file := program.Build(t)
	index := program.CGI(t, file, nil)
	if !strings.Contains(index, `<a href="/cgi-bin/program/env">`) {
		t.Fatalf("the index does not link to /cgi-bin/program/env:\n%s", index)
	}
	client := program.Serve(t, file)
	for _, link := range regexp.MustCompile(`href="/cgi-bin/program([^"]+)"`).FindAllStringSubmatch(index, -1) {
		resp, err := client.Get("http://probe" + strings.ReplaceAll(link[1], "&amp;", "&"))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusNotFound {
			t.Errorf("%s: not found", link[1])
		}
	}
}

// A CGI query without "=" arrives as command-line arguments (RFC 3875, section
// 4.4): it must not open a port, and is no flag.
func TestQueryIsNoAddress(t *testing.T) {
	file := program.Build(t)
	for _, arg := range []string{"http://0.0.0.0:9999", "-h", "--", "fastcgi+unix:/tmp/x"} {
		out := program.CGI(t, file, []string{"QUERY_STRING=" + arg, "PATH_INFO=/status/418", "REQUEST_URI=/cgi-bin/program/status/418?" + arg}, arg)
		if !strings.HasPrefix(out, "Status: 418") || !strings.HasSuffix(out, "status 418\n") {
			t.Errorf("%s: got %q", arg, out)
		}
	}
}
