package main_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/examples/internal/program"
)

// site makes a folder to serve.
func site(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"docs/notes.txt": strings.Repeat("All is well.\n", 100), "docs/.secret": "4711", "outside.txt": "4711"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "docs")
}

func TestHTTP(t *testing.T) {
	client := program.Serve(t, program.Build(t), site(t))
	for _, tt := range []struct {
		path   string
		status int
		want   string // in the body
	}{
		{"/", 200, `href="./notes.txt"`},
		{"/notes.txt", 200, "All is well.\nAll is well.\n"},
		{"/.secret", 404, "There is nothing here."},
		{"/..%2foutside.txt", 404, "There is nothing here."},
	} {
		req, err := http.NewRequest(http.MethodGet, "http://static"+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req) // which asks for gzip, and decodes it
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != tt.status || !strings.Contains(string(body), tt.want) || strings.Contains(string(body), "4711") {
			t.Errorf("%s: got %s, %v, %s", tt.path, resp.Status, err, body)
		}
		if tt.status == http.StatusOK && !resp.Uncompressed {
			t.Errorf("%s: was not compressed", tt.path)
		}
	}
}

// The query is no folder's name, though it arrives as an argument.
func TestCGI(t *testing.T) {
	out := program.CGI(t, program.Build(t), []string{"STATIC_DIR=" + site(t), "QUERY_STRING=/etc"}, "/etc")
	head, body, _ := strings.Cut(out, "\r\n\r\n")
	if !strings.HasPrefix(head, "Status: 200") || !strings.Contains(body, "<title>/cgi-bin/program/</title>") || !strings.Contains(body, "notes.txt") || strings.Contains(body, "passwd") {
		t.Errorf("got %s", out)
	}
}
