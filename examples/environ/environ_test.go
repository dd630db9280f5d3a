package main_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/examples/internal/program"
)

func TestCGI(t *testing.T) {
	out := program.CGI(t, program.Build(t), []string{
		"PATH_INFO=/some/where",
		"REQUEST_URI=/cgi-bin/program/some/where?q=%3Cscript%3E",
		"QUERY_STRING=q=%3Cscript%3E",
		`HTTP_X_NAME=<b onclick="alert(1)">`,
		"HTTP_COOKIE=id=4711-in-the-cookie",
		"HTTP_AUTHORIZATION=Basic 4711-in-the-header",
		"DB_PASSWORD=4711-in-the-environment",
		"OTHER=plain",
	})
	for _, want := range []string{
		"Status: 200", "Content-Security-Policy: default-src 'none'",
		"/some/where", "/cgi-bin/program", "behind test/1.0", "192.0.2.7", "plain",
		"X-Name", "&lt;b onclick=", "hidden, 23 bytes",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the page does not contain %q", want)
		}
	}
	for _, bad := range []string{"4711", "<b onclick", "http://", "https://", "<script", "src="} {
		if strings.Contains(out, bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
	if t.Failed() {
		t.Log(out)
	}
}

func TestHTTP(t *testing.T) {
	client := program.Serve(t, program.Build(t))
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		req, err := http.NewRequest(method, "http://host.example/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || !strings.Contains(string(body), "no web server in front") || !strings.Contains(string(body), "host.example") {
			t.Errorf("%s: got %v, %v, %s", method, resp.Status, err, body)
		}
	}
}
