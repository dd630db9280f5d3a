package httpd_test

import (
	"bytes"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/httpd"
)

// net/http removes the temporary files of its own request's form; the handler has
// parsed that of the attached copy.
func TestTemporaryFilesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var during int
	s := &httpd.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1); err != nil {
			t.Error(err)
		}
		during = len(entries(t, dir))
	})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	file, err := form.CreateFormFile("file", "a.bin")
	if err != nil {
		t.Fatal(err)
	}
	file.Write(make([]byte, 1<<20))
	form.Close()
	answer, err := http.Post("http://"+l.Addr().String(), form.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if err := s.Shutdown(t.Context()); err != nil { // waits for the request's end
		t.Fatal(err)
	}
	<-served
	if left := entries(t, dir); during != 1 || len(left) != 0 {
		t.Errorf("%d temporary files while the handler ran, then %v", during, left)
	}
}

func entries(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
