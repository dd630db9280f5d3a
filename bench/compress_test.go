package bench_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	gingzip "github.com/gin-contrib/gzip"
	"github.com/gin-gonic/gin"
	chimiddleware "github.com/go-chi/chi/v5/middleware"
	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v5"
	echomiddleware "github.com/labstack/echo/v5/middleware"

	"github.com/gangplank-web/gangplank/middleware/compress"
)

// Compression of real bytes: a development page of package errorpage, what `go list -json` says of this module, and Go's
// wasm_exec.js; all cut to size. Every chain has compression alone, at level 5 where there are levels; klauspost/compress
// and the standard library mean different things by that, so the sizes are reported.

const compressLevel = 5

// A compressor wraps a handler as its package's documentation teaches.
type compressor struct {
	name     string
	zstd     bool // it can do that as well
	wrap     func(h http.Handler) http.Handler
	attached bool // its requests come from an adapter of ours: for small answers, where that counts
}

var compressors = []compressor{
	{name: "chi", wrap: chimiddleware.Compress(compressLevel)},
	{name: "echo", wrap: echoGzip},
	{name: "gangplank", zstd: true, wrap: gangplankCompress},
	{name: "gangplank-attached", zstd: true, wrap: gangplankCompress, attached: true},
	{name: "gin", wrap: ginGzip},
	{name: "gzhttp", zstd: true, wrap: gzhttpWrap},
}

var gangplankCompress = compress.New(compress.Config{Encodings: []compress.Encoding{compress.Zstd{}, compress.Gzip{Level: compressLevel}}})

func gzhttpWrap(h http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.CompressionLevel(compressLevel))
	if err != nil {
		panic(err)
	}
	return wrap(h)
}

func echoGzip(h http.Handler) http.Handler {
	e := echo.New()
	e.Use(echomiddleware.GzipWithConfig(echomiddleware.GzipConfig{Level: compressLevel, MinLength: 1024}))
	e.GET("/", echo.WrapHandler(h))
	return e
}

func ginGzip(h http.Handler) http.Handler {
	e := newGin()
	e.Use(gingzip.Gzip(compressLevel))
	e.GET("/", gin.WrapH(h))
	return e
}

// BenchmarkCompress writes each body in one call, as templates and encoders do that fill a buffer first.
func BenchmarkCompress(b *testing.B) {
	for _, payload := range payloads(b) {
		for _, accept := range []string{"gzip", "zstd", ""} {
			if accept == "" && payload.name != "html-20k" {
				continue
			}
			for _, c := range compressors {
				if accept == "zstd" && !c.zstd || c.attached && payload.name != "json-100" {
					continue
				}
				b.Run("payload="+payload.name+"/accept="+accept+"/router="+c.name, func(b *testing.B) {
					c.benchmark(b, payload, accept, len(payload.body))
				})
			}
		}
	}
}

// BenchmarkCompressStream flushes each of 20 parts of a page.
func BenchmarkCompressStream(b *testing.B) {
	for _, c := range compressors {
		if c.attached {
			continue
		}
		page := payloads(b)[0]
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", page.contentType)
			for part := range 20 {
				io.WriteString(w, page.body[part*1000:][:1000])
				http.NewResponseController(w).Flush()
			}
		})
		b.Run("router="+c.name, func(b *testing.B) { c.benchmark(b, h, "gzip", len(page.body)) })
	}
}

func (c compressor) benchmark(b *testing.B, h http.Handler, accept string, size int) {
	w, r := &flushed{newResponse()}, httptest.NewRequest("GET", "/", nil)
	if accept != "" {
		r.Header.Set("Accept-Encoding", accept)
	}
	b.SetBytes(int64(size))
	serveLoop(b, c.wrap(h), w, r, c.attached)
	if got := w.header.Get("Content-Encoding"); got != accept && size > 1000 || got == "" && w.body != size {
		b.Errorf("got coding %q, want %q; %d bytes", got, accept, w.body)
	}
	b.ReportMetric(float64(w.body), "sent/op")
}

// flushed is a response that can be flushed.
type flushed struct{ *response }

func (flushed) Flush() {}

type payload struct{ name, contentType, body string }

func (p payload) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", p.contentType)
	io.WriteString(w, p.body)
}

func payloads(b *testing.B) []payload {
	page, list := readFile(b, "testdata/page.html"), readFile(b, "testdata/list.json")
	all := []payload{
		{"html-20k", "text/html; charset=utf-8", page},
		{"html-2k", "text/html; charset=utf-8", page[:2000]},
		{"json-20k", "application/json", list},
		{"json-2k", "application/json", list[:2000]},
		{"json-100", "application/json", list[:100]},
	}
	if script := wasmExec(); script != "" {
		all = append(all, payload{"js-17k", "text/javascript", script}, payload{"js-2k", "text/javascript", script[:2000]})
	}
	return all
}

func readFile(b *testing.B, name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

// wasmExec is a script that comes with Go, or "" where it does not.
func wasmExec() string {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return ""
	}
	text, _ := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib/wasm/wasm_exec.js"))
	return string(text)
}
