package lint_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/lint"
)

// A layer that puts another body into the request: what it does with it, and
// what the handler does.
var bodies = []struct {
	desc string
	put  func(t *testing.T, r *http.Request) (body io.ReadCloser, after func())
	h    http.HandlerFunc
	left bool
}{
	{"a file that nobody reads", file(false), plain, true},
	{"a file that is read", file(false), reading, true},
	{"a file, closed", file(true), reading, false},
	{"a file that the handler closes", file(false), closing, false},
	{"a pipe", pipe(false), reading, true},
	{"a pipe, closed", pipe(true), reading, false},
	{"a pipe that nobody reads", pipe(true), plain, false}, // nor blocks
	{"a decoder", decoder(false), reading, true},
	{"a decoder, closed", decoder(true), reading, false},
	{"a decoder that the handler closes", decoder(false), closing, false},
	{"bytes with an idle Close", once(func(r *http.Request) io.ReadCloser { return &idle{*strings.NewReader("body")} }), reading, true},

	{"memory", once(func(r *http.Request) io.ReadCloser { return io.NopCloser(strings.NewReader("body")) }), reading, false},
	{"more memory", once(func(r *http.Request) io.ReadCloser { return io.NopCloser(io.LimitReader(r.Body, 9)) }), reading, false},
	{"nothing", once(func(r *http.Request) io.ReadCloser { return http.NoBody }), reading, false},
	{"none at all", once(func(r *http.Request) io.ReadCloser { return nil }), plain, false},
	{"the same", once(func(r *http.Request) io.ReadCloser { return r.Body }), reading, false},
	{"a limit", once(func(r *http.Request) io.ReadCloser { return http.MaxBytesReader(nil, r.Body, 9) }), reading, false},
	{"a limit in a limit", once(func(r *http.Request) io.ReadCloser {
		return http.MaxBytesReader(nil, &wrapped{http.MaxBytesReader(nil, r.Body, 9)}, 9)
	}), reading, false},
	{"another reader of the same", once(func(r *http.Request) io.ReadCloser {
		return struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r.Body, io.Discard), r.Body}
	}), reading, false},
	{"gzip", once(gunzipping), reading, false},
}

func reading(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }

func closing(w http.ResponseWriter, r *http.Request) {
	reading(w, r)
	r.Body.Close()
}

func once(f func(r *http.Request) io.ReadCloser) func(*testing.T, *http.Request) (io.ReadCloser, func()) {
	return func(_ *testing.T, r *http.Request) (io.ReadCloser, func()) { return f(r), func() {} }
}

// owned is the body and, for a layer that closes it, what does.
func owned(body io.ReadCloser, closes bool) (io.ReadCloser, func()) {
	if closes {
		return body, func() { body.Close() }
	}
	return body, func() {}
}

func file(closes bool) func(*testing.T, *http.Request) (io.ReadCloser, func()) {
	return func(t *testing.T, r *http.Request) (io.ReadCloser, func()) {
		f, err := os.Create(filepath.Join(t.TempDir(), "body"))
		if err != nil {
			t.Error(err)
		}
		t.Cleanup(func() { f.Close() })
		io.Copy(f, r.Body)
		f.Seek(0, io.SeekStart)
		return owned(f, closes)
	}
}

func pipe(closes bool) func(*testing.T, *http.Request) (io.ReadCloser, func()) {
	return func(t *testing.T, r *http.Request) (io.ReadCloser, func()) {
		pr, pw := io.Pipe()
		go func() { _, err := io.Copy(pw, strings.NewReader("body")); pw.CloseWithError(err) }()
		t.Cleanup(func() { pr.Close() })
		return owned(pr, closes)
	}
}

func decoder(closes bool) func(*testing.T, *http.Request) (io.ReadCloser, func()) {
	return func(_ *testing.T, r *http.Request) (io.ReadCloser, func()) {
		return owned(&decoding{src: r.Body}, closes)
	}
}

// decoding is a decoder of its own: that it is closed does not close its source.
type decoding struct {
	src    io.Reader
	closed bool
}

func (d *decoding) Read(p []byte) (int, error) {
	if d.closed {
		return 0, errors.New("the decoder is closed")
	}
	return d.src.Read(p)
}

func (d *decoding) Close() error {
	d.closed = true
	return nil
}

type idle struct{ strings.Reader }

func (*idle) Close() error { return nil }

type wrapped struct{ io.ReadCloser }

func gunzipping(r *http.Request) io.ReadCloser {
	var b bytes.Buffer
	gzip.NewWriter(&b).Close()
	zr, err := gzip.NewReader(&b)
	if err != nil {
		panic(err)
	}
	return zr
}

func TestBodyNotClosed(t *testing.T) {
	for _, tt := range bodies {
		t.Run(tt.desc, func(t *testing.T) {
			suspect := func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					own := *r
					body, after := tt.put(t, r)
					own.Body = body
					defer after()
					next.ServeHTTP(w, &own)
				})
			}
			var want []string
			if tt.left {
				want = []string{"suspect: body-not-closed"}
			}
			r := httptest.NewRequest("POST", "/", strings.NewReader("body"))
			if got := findings(t, r, site(suspect), tt.h); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// Handlers write down in the request what they have parsed, and the server
// removes the files: with a probe's copy in between, too.
func TestGivesFormBack(t *testing.T) {
	cfg, found := collect()
	limiting := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, 1<<10)
			next.ServeHTTP(w, r)
			if r.PostForm.Get("name") != "alice" || r.MultipartForm == nil {
				t.Errorf("the layer: got %v and %v, want what the handler has parsed", r.PostForm, r.MultipartForm)
			}
		})
	}
	h := lint.Chain(site(limiting), cfg).ThenFunc(func(w http.ResponseWriter, r *http.Request) { r.ParseMultipartForm(1 << 10) })
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	form.WriteField("name", "alice")
	form.Close()
	r := httptest.NewRequest("POST", "/", &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	h.ServeHTTP(httptest.NewRecorder(), r)
	if r.MultipartForm == nil {
		t.Error("the server does not know the form")
	}
	if len(*found) > 0 {
		t.Errorf("got %v, want none", *found)
	}
}

// A body that is read too late is read through the others: one finding, of who
// reads.
func TestReadAfterReturnThroughBodies(t *testing.T) {
	cfg, found := collect()
	var body io.Reader
	limiting := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			own := *r
			own.Body = &wrapped{r.Body}
			next.ServeHTTP(w, &own)
		})
	}
	h := lint.Chain(site(limiting), cfg).ThenFunc(func(w http.ResponseWriter, r *http.Request) { body = r.Body })
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader("body")))
	io.ReadAll(body)
	if len(*found) != 1 || (*found)[0].Rule != lint.ReadAfterReturn || !strings.HasSuffix((*found)[0].Layer, "TestReadAfterReturnThroughBodies") {
		t.Errorf("got %v, want one finding, of this test", *found)
	}
}
