package middleware_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
)

// Layers that pass on a copy of the request hand its form back: net/http removes
// the temporary files of its own request only.
func TestTemporaryFilesOfACopy(t *testing.T) {
	for name, c := range map[string]struct {
		layer  gangplank.Middleware
		target string
		gzip   bool
	}{
		"RequestID":      {layer: middleware.RequestID},
		"BodyLimit":      {layer: middleware.BodyLimit(1 << 30)},
		"CleanPath":      {layer: middleware.CleanPath(middleware.CleanPathConfig{Rewrite: true}), target: "/a//b"},
		"Deadline":       {layer: middleware.Deadline(time.Hour)},
		"Decompress":     {layer: middleware.Decompress(middleware.DecompressConfig{}), gzip: true},
		"MethodOverride": {layer: middleware.MethodOverride()},
		"Timeout":        {layer: middleware.Timeout(time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			during := 0
			server := httptest.NewServer(c.layer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if err := r.ParseMultipartForm(1); err != nil {
					t.Error(err)
				}
				during = countFiles(t, dir)
			})))
			r := upload(t, server.URL+c.target, c.gzip)
			answer, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			server.Close() // waits for the request's end
			if after := countFiles(t, dir); during != 1 || after != 0 {
				t.Errorf("%d temporary files while the handler ran, %d after the request", during, after)
			}
		})
	}
}

// A handler that comes too late under Timeout has no request any more with which
// its files could go.
func TestTemporaryFilesOfALateHandler(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	synctest.Test(t, func(t *testing.T) {
		answered, during := make(chan struct{}), 0
		h := middleware.Timeout(time.Second)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := r.ParseMultipartForm(1); err != nil {
				t.Error(err)
			}
			during = countFiles(t, dir)
			<-answered
		}))
		h.ServeHTTP(httptest.NewRecorder(), upload(t, "/", false))
		close(answered)
		synctest.Wait()
		if after := countFiles(t, dir); during != 1 || after != 0 {
			t.Errorf("%d temporary files while the handler ran, %d when it had ended", during, after)
		}
	})
}

// upload is a form whose file does not stay in memory.
func upload(t *testing.T, url string, compressed bool) *http.Request {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	file, err := form.CreateFormFile("file", "a.bin")
	if err != nil {
		t.Fatal(err)
	}
	io.CopyN(file, rand.Reader, 1<<20) // a megabyte of zeros would be taken for a bomb
	form.Close()
	kind := form.FormDataContentType()
	if compressed {
		var z bytes.Buffer
		zw := gzip.NewWriter(&z)
		b.WriteTo(zw)
		zw.Close()
		b = z
	}
	r, err := http.NewRequest(http.MethodPost, url, &b)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	if compressed {
		r.Header.Set("Content-Encoding", "gzip")
	}
	return r
}

func countFiles(t *testing.T, dir string) int {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}
