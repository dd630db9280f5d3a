package compress_test

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/compress"
)

// server serves h over HTTP/1.1 to a client that decodes nothing by itself.
func server(t *testing.T, h http.Handler) (get func(accept string) *http.Response) {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	t.Cleanup(s.Close)
	return func(accept string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", accept)
		resp, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		return resp
	}
}

// Each line that is flushed can be read before the next is written; the head
// even before the first (gzhttp kept it back, CAFxX/httpcompression the lines).
func TestFlush(t *testing.T) {
	t.Parallel()
	read := make(chan bool)
	get := server(t, compress.New(compress.Config{})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(http.StatusOK)
		rc := http.NewResponseController(w)
		for range 4 {
			if err := rc.Flush(); err != nil {
				t.Error(err)
			}
			<-read
			io.WriteString(w, "tick\n")
		}
	})))
	resp := get("gzip")
	read <- true // the head is there
	zr, err := gzip.NewReader(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(zr)
	for i := range 4 {
		if line, err := lines.ReadString('\n'); line != "tick\n" || err != nil {
			t.Fatalf("got %q, %v", line, err)
		}
		if i < 3 {
			read <- true
		}
	}
	if _, err := lines.ReadByte(); err != io.EOF {
		t.Errorf("at the end: got %v", err)
	}
}

// Early hints decide nothing: the page after them is compressed (chi: not).
func TestEarlyHints(t *testing.T) {
	t.Parallel()
	get := server(t, compress.New(compress.Config{})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</app.css>; rel=preload; as=style")
		w.WriteHeader(http.StatusEarlyHints)
		html(long)(w, r)
	})))
	resp := get("gzip")
	body, err := io.ReadAll(resp.Body)
	if err == nil {
		body, err = decode(resp.Header, body)
	}
	if got := resp.Header.Get("Content-Encoding"); resp.StatusCode != 200 || got != "gzip" || string(body) != page(long) || err != nil {
		t.Errorf("got %s, coding %q, %d bytes, %v", resp.Status, got, len(body), err)
	}
}

// What breaks off must look broken, however it was encoded.
func TestBroken(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc    string
		handler func(w http.ResponseWriter, r *http.Request)
	}{
		{"a panic after much was sent", func(w http.ResponseWriter, r *http.Request) {
			html(200_000)(w, r)
			panic(http.ErrAbortHandler)
		}},
		{"a panic after a flush", func(w http.ResponseWriter, r *http.Request) {
			html(100)(w, r)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}},
		{"less than was declared", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "300000")
			html(200_000)(w, r)
		}},
		{"less than was declared, flushed", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "3000")
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
			html(2000)(w, r)
		}},
		{"less than was declared, all held back", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "3000")
			html(2000)(w, r)
		}},
	} {
		resp := server(t, compress.New(compress.Config{})(http.HandlerFunc(tt.handler)))("gzip")
		if body, err := io.ReadAll(resp.Body); err == nil {
			t.Errorf("%s: %d bytes look whole", tt.desc, len(body))
		}
	}
}

// What was held back is replaced by the error page, which is compressed in its
// turn, and nothing of the page remains: neither its tag nor its bytes.
func TestErrorPage(t *testing.T) {
	t.Parallel()
	failure := strings.Repeat("It has failed. ", 100)
	renders := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetErrorRenderer(func(w http.ResponseWriter, r *http.Request, err error) {
				w.Header().Set("Content-Type", "text/plain")
				w.WriteHeader(http.StatusInternalServerError)
				io.WriteString(w, failure)
			})
			defer func() {
				if v := recover(); v != nil {
					if !w.Reset() {
						panic(v)
					}
					gangplank.Fail(w, r, errors.New("panic"))
				}
			}()
			next.ServeHTTP(w, r)
		})
	}
	for desc, end := range map[string]func() error{
		"panic": func() error { panic("a bug") },
		"error": func() error { return errors.New("no") },
	} {
		h := renders(compress.New(compress.Config{})(gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("ETag", `"v1"`)
			html(2000)(w, r)
			return end()
		})))
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, request("gzip"))
		if h := rec.Header(); rec.Code != 500 || h.Get("Content-Encoding") != "gzip" || h["Etag"] != nil || len(h["Vary"]) != 1 {
			t.Errorf("%s: got %d, %v", desc, rec.Code, h)
		}
		wantBody(t, rec, failure)
	}
}

// A layer outside can change what is accepted, in a copy of the request.
func TestChangedRequest(t *testing.T) {
	t.Parallel()
	h := compress.New(compress.Config{})(html(20_000))
	for accept, want := range map[string]string{"": "", "gzip": "gzip"} {
		rec := httptest.NewRecorder()
		gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			changed := r.Clone(r.Context())
			changed.Header.Set("Accept-Encoding", accept)
			h.ServeHTTP(w, changed)
		}).ServeHTTP(rec, request("zstd"))
		if got := rec.Header().Get("Content-Encoding"); got != want {
			t.Errorf("zstd became %q: got %q, want %q", accept, got, want)
		}
		wantBody(t, rec, page(20_000))
	}
}

// A layer outside replaces what was to be encoded: no encoder is taken, and
// nothing says that the new body is encoded.
func TestReplaced(t *testing.T) {
	t.Parallel()
	replaces := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			w.BeforeHead(func(int, http.Header) {
				w.Reset()
				w.WriteHeader(http.StatusTeapot)
				io.WriteString(w, "short and stout")
			})
			next.ServeHTTP(w, r)
		})
	}
	for _, n := range []int{3000, 100_000} {
		rec := httptest.NewRecorder()
		replaces(compress.New(compress.Config{})(html(n))).ServeHTTP(rec, request("gzip"))
		if h := rec.Header(); rec.Code != 418 || h["Content-Encoding"] != nil || rec.Body.String() != "short and stout" {
			t.Errorf("%d bytes: got %d, %v, %q", n, rec.Code, h, rec.Body)
		}
	}
}

// fileWriter is a net/http writer's way to send files.
type fileWriter struct {
	http.ResponseWriter
	sent io.Reader
}

func (w *fileWriter) ReadFrom(src io.Reader) (int64, error) {
	w.sent = src
	return io.Copy(struct{ io.Writer }{w.ResponseWriter}, src)
}

// What is not compressed still goes by sendfile; gzhttp loses that.
func TestSendfile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(page(100_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		accept, contentType string
		want                bool
	}{
		{"gzip", "image/png", true},
		{"", "text/html", true},
		{"gzip", "text/html", false},
	} {
		w := &fileWriter{ResponseWriter: httptest.NewRecorder()}
		h := compress.New(compress.Config{})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", tt.contentType)
			http.ServeFile(w, r, name)
		}))
		h.ServeHTTP(w, request(tt.accept))
		lr, ok := w.sent.(*io.LimitedReader)
		if ok {
			_, ok = lr.R.(*os.File)
		}
		if ok != tt.want {
			t.Errorf("%s to %q: the server got %T, a file: %v, want %v", tt.contentType, tt.accept, w.sent, ok, tt.want)
		}
	}
}

// A client that has gone away spoils no encoder.
func TestClientGone(t *testing.T) {
	t.Parallel()
	h := compress.New(compress.Config{})(html(300_000))
	for range 5 {
		for _, coding := range []string{"gzip", "zstd"} {
			h.ServeHTTP(brokenWriter{httptest.NewRecorder()}, request(coding))
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, request(coding))
			wantBody(t, rec, page(300_000))
		}
	}
}

type brokenWriter struct{ *httptest.ResponseRecorder }

func (brokenWriter) Write([]byte) (int, error)       { return 0, net.ErrClosed }
func (brokenWriter) WriteString(string) (int, error) { return 0, net.ErrClosed }
