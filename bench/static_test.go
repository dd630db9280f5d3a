package bench_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	chimiddleware "github.com/go-chi/chi/v5/middleware"
	"github.com/labstack/echo/v5"

	"github.com/gangplank-web/gangplank/middleware/static"
)

// Files from a folder, over one connection to net/http's server: only there sendfile counts.

type fileServer struct {
	name  string
	serve func(dir string) http.Handler
}

var fileServers = []fileServer{
	{"echo", func(dir string) http.Handler {
		e := echo.New()
		e.Static("/", dir)
		return e
	}},
	{"gangplank", func(dir string) http.Handler { return static.Handler(static.Config{Dir: dir}) }},
	{"net-http", func(dir string) http.Handler { return http.FileServer(http.Dir(dir)) }},
}

// BenchmarkStatic sends files as they are.
func BenchmarkStatic(b *testing.B) {
	page := readFile(b, "testdata/page.html")
	for _, file := range []struct{ name, content string }{
		{"2k.html", page[:2000]},
		{"20k.html", page},
		{"assets/css/20k.css", page},
		{"4M.bin", strings.Repeat(page[:1<<10], 4<<10)},
	} {
		dir := folderWith(b, file.name, file.content)
		for _, s := range fileServers {
			b.Run("file="+file.name+"/server="+s.name, func(b *testing.B) {
				b.SetBytes(int64(len(file.content)))
				benchmarkFile(b, s.serve(dir), "GET /"+file.name+" HTTP/1.1\r\nHost: x\r\n\r\n")
			})
		}
	}
}

// BenchmarkStaticNotModified answers a browser that has the file already.
func BenchmarkStaticNotModified(b *testing.B) {
	dir := folderWith(b, "a.html", readFile(b, "testdata/page.html"))
	for _, s := range fileServers {
		b.Run("server="+s.name, func(b *testing.B) {
			benchmarkFile(b, s.serve(dir), "GET /a.html HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: Fri, 01 Jan 2038 00:00:00 GMT\r\n\r\n")
		})
	}
}

// BenchmarkStaticGzip compares files that were compressed before, by hand or when they were first asked for, with
// compressing them for each request.
func BenchmarkStaticGzip(b *testing.B) {
	page := readFile(b, "testdata/page.html")
	alone := folderWith(b, "a.html", page)
	beside := folderWith(b, "a.html", page)
	var packed bytes.Buffer
	zw, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		b.Fatal(err)
	}
	io.WriteString(zw, page)
	zw.Close()
	writeFile(b, filepath.Join(beside, "a.html.gz"), packed.Bytes())
	files := http.FileServer(http.Dir(alone))
	for _, s := range []struct {
		name string
		h    http.Handler
	}{
		{"live-chi", chimiddleware.Compress(compressLevel)(files)},
		{"live-gzhttp", gzhttpWrap(files)},
		{"gangplank", static.Handler(static.Config{Dir: alone})},
		{"gangplank-beside", static.Handler(static.Config{Dir: beside})},
	} {
		b.Run("server="+s.name, func(b *testing.B) {
			b.SetBytes(int64(len(page)))
			benchmarkFile(b, s.h, "GET /a.html HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")
		})
	}
}

func folderWith(b *testing.B, name, content string) string {
	dir := b.TempDir()
	writeFile(b, filepath.Join(dir, name), []byte(content))
	return dir
}

func writeFile(b *testing.B, file string, content []byte) {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil {
		b.Fatal(err)
	}
	if err := os.Chtimes(file, longAgo, longAgo); err != nil {
		b.Fatal(err)
	}
}

// benchmarkFile sends one request again and again. All answers have the length of the first.
func benchmarkFile(b *testing.B, h http.Handler, request string) {
	l, err := net.Listen("unix", filepath.Join(b.TempDir(), "s"))
	if err != nil {
		b.Fatal(err)
	}
	srv := &http.Server{Handler: h}
	go srv.Serve(l)
	defer srv.Close()
	conn, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	// The first answer may be the one during which a file is compressed.
	answer(b, conn, request)
	size := answer(b, conn, request)
	buf := make([]byte, min(size, 64<<10))
	b.ReportAllocs()
	for b.Loop() {
		io.WriteString(conn, request)
		for left := size; left > 0; {
			n, err := conn.Read(buf[:min(left, len(buf))])
			if err != nil {
				b.Fatal(err)
			}
			left -= n
		}
	}
	b.ReportMetric(float64(size), "sent/op")
}

// answer sends the request and returns the length of what comes back, head included.
func answer(b *testing.B, conn net.Conn, request string) int {
	io.WriteString(conn, request)
	var read counter
	resp, err := http.ReadResponse(bufio.NewReader(io.TeeReader(conn, &read)), nil)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode >= 400 {
		b.Fatalf("got %s, %v", resp.Status, err)
	}
	return int(read)
}

type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// longAgo is when the files were changed.
var longAgo = time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
