package main_test

import (
	"io"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/examples/internal/program"
)

const greeting = "Hello World!\n"

func TestCGI(t *testing.T) {
	out := program.CGI(t, program.Build(t), nil)
	head, body, _ := strings.Cut(out, "\r\n\r\n")
	if !strings.HasPrefix(head, "Status: 200") || body != greeting {
		t.Errorf("got %q, want a Status: 200 and the greeting", out)
	}
}

func TestHTTP(t *testing.T) {
	resp, err := program.Serve(t, program.Build(t)).Get("http://hello/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); string(body) != greeting {
		t.Errorf("got %q, %v, want %q", body, err, greeting)
	}
}
