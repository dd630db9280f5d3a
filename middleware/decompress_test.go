package middleware_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

func gzipped(s string) string {
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	_, _ = io.WriteString(zw, s)
	_ = zw.Close()
	return b.String()
}

func deflated(s string) string {
	var b bytes.Buffer
	zw := zlib.NewWriter(&b)
	_, _ = io.WriteString(zw, s)
	_ = zw.Close()
	return b.String()
}

// echo answers with the body that it gets.
var echo = gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		_, err = w.Write(body)
	}
	return err
})

func encoded(body string, codings ...string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header["Content-Encoding"] = codings
	return r
}

func TestDecompress(t *testing.T) {
	t.Parallel()
	const body = "Hello, hello, hello!"
	random := strings.Repeat("0123456789abcdef", 64) // of 1 KiB
	ours := middleware.DecompressConfig{MaxBytes: 1000, Codings: map[string]func(io.Reader) (io.Reader, error){
		"x-ours":   func(r io.Reader) (io.Reader, error) { return upper{r}, nil },
		"x-broken": func(r io.Reader) (io.Reader, error) { return nil, errors.New("broken") },
	}}
	for _, tt := range []struct {
		desc    string
		cfg     middleware.DecompressConfig
		body    string
		codings []string
		want    string // the body, or the status
	}{
		{desc: "plain", body: body, want: body},
		{desc: "identity", body: body, codings: []string{"identity"}, want: body},
		{desc: "gzip", body: gzipped(body), codings: []string{"gzip"}, want: body},
		{desc: "GZIP", body: gzipped(body), codings: []string{" GZIP"}, want: body},
		{desc: "x-gzip", body: gzipped(body), codings: []string{"x-gzip"}, want: body},
		{desc: "two members", body: gzipped(body) + gzipped("!"), codings: []string{"gzip"}, want: body + "!"},
		{desc: "deflate", body: deflated(body), codings: []string{"deflate"}, want: body},
		{desc: "nothing at all", codings: []string{"gzip"}, want: ""},
		{desc: "br", body: body, codings: []string{"br"}, want: "415"},
		{desc: "one of the settings'", cfg: ours, body: "Ahoy", codings: []string{"X-Ours"}, want: "AHOY"},
		{desc: "none of the settings'", cfg: ours, body: "Ahoy", codings: []string{"br"}, want: "415"},
		{desc: "one of the settings', larger than allowed", cfg: ours, body: random, codings: []string{"x-ours"}, want: "413"},
		{desc: "one of the settings', broken", cfg: ours, body: "", codings: []string{"x-broken"}, want: "400"},
		{desc: "a list", body: gzipped(gzipped(body)), codings: []string{"gzip, gzip"}, want: "415"},
		{desc: "two lines", body: gzipped(gzipped(body)), codings: []string{"gzip", "gzip"}, want: "415"},
		{desc: "garbage", body: body, codings: []string{"gzip"}, want: "400"},
		{desc: "garbage in zlib", body: body, codings: []string{"deflate"}, want: "400"},
		{desc: "garbage behind", body: gzipped(body) + "x", codings: []string{"gzip"}, want: "400"},
		{desc: "cut off in the head", body: gzipped(body)[:5], codings: []string{"gzip"}, want: "400"},
		{desc: "cut off", body: gzipped(body)[:25], codings: []string{"gzip"}, want: "400"},
		{desc: "a wrong checksum", body: gzipped(body)[:len(gzipped(body))-8] + "12345678", codings: []string{"gzip"}, want: "400"},
		{desc: "exactly as large as allowed", cfg: middleware.DecompressConfig{MaxBytes: 1024}, body: gzipped(random), codings: []string{"gzip"}, want: random},
		{desc: "a byte larger", cfg: middleware.DecompressConfig{MaxBytes: 1023}, body: gzipped(random), codings: []string{"gzip"}, want: "413"},
		{desc: "a bomb", cfg: middleware.DecompressConfig{MaxBytes: 1 << 40}, body: gzipped(strings.Repeat("\x00", 4<<20)), codings: []string{"gzip"}, want: "413"},
	} {
		rec := answer(middleware.Decompress(tt.cfg), encoded(tt.body, tt.codings...), echo)
		got := rec.Body.String()
		if rec.Code != 200 {
			got = fmt.Sprint(rec.Code)
		}
		if got != tt.want {
			t.Errorf("%s: got %.60q, want %.60q", tt.desc, got, tt.want)
		}
		if accept, want := rec.Header().Get("Accept-Encoding"), understood(tt.want, tt.cfg); accept != want {
			t.Errorf("%s: got Accept-Encoding %q, want %q", tt.desc, accept, want)
		}
	}
}

// understood is what a refusal names.
func understood(answer string, cfg middleware.DecompressConfig) string {
	switch {
	case answer != "415":
		return ""
	case cfg.Codings != nil:
		return "gzip, deflate, x-broken, x-ours"
	}
	return "gzip, deflate"
}

// upper is a decoder of what was whispered.
type upper struct{ r io.Reader }

func (u upper) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	copy(p, bytes.ToUpper(p[:n]))
	return n, err
}

func TestDecompressRequest(t *testing.T) {
	t.Parallel()
	r := encoded(gzipped("x"), "gzip")
	r.Header.Set("Content-Length", fmt.Sprint(r.ContentLength))
	answer(middleware.Decompress(middleware.DecompressConfig{}), r, func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != -1 || r.Header["Content-Encoding"] != nil || r.Header["Content-Length"] != nil {
			t.Errorf("the handler sees the length %d and %v", r.ContentLength, r.Header)
		}
	})
	if r.Header.Get("Content-Encoding") != "gzip" {
		t.Error("the request of the outer layers was changed")
	}
}

// An error of the connection is not one of the data.
func TestDecompressReadError(t *testing.T) {
	t.Parallel()
	reset := errors.New("connection reset")
	for n := range len(gzipped("body")) {
		r := encoded("", "gzip")
		r.Body = io.NopCloser(io.MultiReader(strings.NewReader(gzipped("body")[:n]), errorReader{reset}))
		r.ContentLength = -1
		answer(middleware.Decompress(middleware.DecompressConfig{}), r, func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err != reset {
				t.Errorf("after %d bytes: got %v", n, err)
			}
		})
	}
	r := encoded(gzipped(strings.Repeat("0123456789", 100)), "gzip")
	r.Body = http.MaxBytesReader(nil, r.Body, 20)
	if rec := answer(middleware.Decompress(middleware.DecompressConfig{}), r, echo); rec.Code != 413 {
		t.Errorf("more received than allowed: got %d", rec.Code)
	}
}

func TestDecompressConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() {
		middleware.Decompress(middleware.DecompressConfig{MaxBytes: -1, MaxRatio: -2, Codings: map[string]func(io.Reader) (io.Reader, error){"ZSTD": nil}})
	}, "middleware.Decompress: ", "MaxBytes: -1", "MaxRatio: -2", `Codings: "ZSTD"`)
	decode := func(r io.Reader) (io.Reader, error) { return r, nil }
	wantPanic(t, func() {
		middleware.Decompress(middleware.DecompressConfig{Codings: map[string]func(io.Reader) (io.Reader, error){"gz\nip": decode, "é": decode, "a,b": decode, "": decode}})
	}, `Codings: "gz\nip"`, `Codings: "é"`, `Codings: "a,b"`, `Codings: ""`)
}

func TestDecompressUnderstands(t *testing.T) {
	t.Parallel()
	decode := func(r io.Reader) (io.Reader, error) { return r, nil }
	m := middleware.Decompress(middleware.DecompressConfig{Codings: map[string]func(io.Reader) (io.Reader, error){"gzip": decode, "zstd": decode}})
	if got := answer(m, encoded("body", "br"), echo).Header().Get("Accept-Encoding"); got != "gzip, deflate, zstd" {
		t.Errorf("got %q", got)
	}
}

// The coding changes nothing, so that the handler gets what was sent, by the way of
// what was decoded.
func TestDecompressTransparent(t *testing.T) {
	t.Parallel()
	m := middleware.Decompress(middleware.DecompressConfig{Codings: map[string]func(io.Reader) (io.Reader, error){
		"plain": func(r io.Reader) (io.Reader, error) { return struct{ io.Reader }{r}, nil },
	}})
	middlewaretest.Run(t, m, middlewaretest.Request(func(r *http.Request) { r.Header.Set("Content-Encoding", "plain") }),
		middlewaretest.Except("neither the coding nor the length is that of what the handler reads", "request/line"))
}

func FuzzDecompress(f *testing.F) {
	for _, s := range []string{"", "body", strings.Repeat("x", 5000)} {
		f.Add(gzipped(s), true)
		f.Add(deflated(s), false)
	}
	m := middleware.Decompress(middleware.DecompressConfig{MaxBytes: 4096})
	f.Fuzz(func(t *testing.T, body string, gz bool) {
		coding := "deflate"
		if gz {
			coding = "gzip"
		}
		rec := answer(m, encoded(body, coding), echo)
		if rec.Code != 200 && rec.Code != 400 && rec.Code != 413 || rec.Body.Len() > 4096 {
			t.Errorf("got %d and %d bytes", rec.Code, rec.Body.Len())
		}
	})
}

func ExampleDecompress() {
	m := middleware.Decompress(middleware.DecompressConfig{MaxBytes: 1 << 20})
	r := httptest.NewRequest("POST", "/", strings.NewReader(gzipped("Hello!")))
	r.Header.Set("Content-Encoding", "gzip")
	rec := httptest.NewRecorder()
	m(echo).ServeHTTP(rec, r)
	fmt.Println(rec.Code, rec.Body)
	// Output: 200 Hello!
}
