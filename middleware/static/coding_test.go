package static_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/gangplank-web/gangplank/middleware/static"
)

const browser = "Accept-Encoding: gzip, deflate, br, zstd"

// decode undoes what the answer's Content-Encoding says.
func decode(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var src io.Reader = bytes.NewReader(w.Body.Bytes())
	var err error
	switch coding := w.Header().Get("Content-Encoding"); coding {
	case "gzip":
		src, err = gzip.NewReader(src)
	case "zstd":
		var d *zstd.Decoder
		if d, err = zstd.NewReader(src, zstd.WithDecoderMaxWindow(8<<20)); err == nil {
			defer d.Close()
		}
		src = d
	case "":
	default:
		t.Fatalf("coding %q", coding)
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(src)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCompressed(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 4096) // compressible by its type only
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	dir := tree(t, map[string]string{"a.js": text, "small.js": "x", "noise.txt": string(noise), "a.png": text})
	h := site(t, static.Config{Dir: dir})
	for _, tt := range []struct{ desc, target, accept, coding, vary string }{
		{"a browser's", "/a.js", "gzip, deflate, br, zstd", "zstd", "Accept-Encoding"},
		{"gzip only", "/a.js", "gzip", "gzip", "Accept-Encoding"},
		{"by q-value", "/a.js", "zstd;q=0.5, gzip", "gzip", "Accept-Encoding"},
		{"refused", "/a.js", "gzip;q=0, zstd;q=0", "", "Accept-Encoding"},
		{"brotli has to lie there", "/a.js", "br", "", "Accept-Encoding"},
		{"not asked for", "/a.js", "", "", "Accept-Encoding"},
		{"too small", "/small.js", "gzip", "", ""},
		{"gets no smaller", "/noise.txt", "gzip, zstd", "", "Accept-Encoding"},
		{"an image", "/a.png", "gzip", "", ""},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			w := get(h, tt.target, "Accept-Encoding: "+tt.accept)
			check(t, w, 200, w.Body.String(), "Content-Encoding: "+tt.coding, "Vary: "+tt.vary, "Accept-Ranges: bytes")
			want, err := os.ReadFile(filepath.Join(dir, tt.target))
			if err != nil {
				t.Fatal(err)
			}
			if got := decode(t, w); got != string(want) {
				t.Errorf("decoded: got %d bytes, want %d", len(got), len(want))
			}
			again := get(h, tt.target, "Accept-Encoding: "+tt.accept)
			check(t, again, 200, w.Body.String(), "Etag: "+w.Header().Get("Etag"))
			head := do(h, "HEAD", tt.target, "Accept-Encoding: "+tt.accept)
			check(t, head, 200, "", "Content-Length: "+w.Header().Get("Content-Length"), "Content-Encoding: "+tt.coding)
		})
	}
	off := site(t, static.Config{Dir: dir, NoCompression: true})
	check(t, get(off, "/a.js", browser), 200, text, "Content-Encoding:", "Vary:")
	large := site(t, static.Config{Dir: dir, MaxFile: 100})
	check(t, get(large, "/a.js", browser), 200, text, "Content-Encoding:", "Vary:")
}

// Each form has a tag of its own, by which conditions and ranges mean its bytes.
func TestEachFormHasItsTag(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.js": text})
	h := site(t, static.Config{Dir: dir})
	tags := map[string]string{}
	for _, accept := range []string{"", "gzip", "zstd"} {
		field := "Accept-Encoding: " + accept
		w := get(h, "/a.js", field)
		tag := w.Header().Get("Etag")
		if other, taken := tags[tag]; taken || tag == "" {
			t.Errorf("%q and %q have the tag %s", accept, other, tag)
		}
		tags[tag] = accept
		whole := w.Body.String()
		check(t, get(h, "/a.js", field, "If-None-Match: "+tag), 304, "", "Etag: "+tag, "Vary: Accept-Encoding",
			"Content-Length:", "Content-Type:", "Content-Encoding:", "Cache-Control: no-cache")
		check(t, get(h, "/a.js", field, `If-None-Match: "other"`), 200, whole)
		check(t, get(h, "/a.js", field, "Range: bytes=5-9", "If-Range: "+tag), 206, whole[5:10], "Content-Encoding: "+accept, "Content-Length: 5")
		check(t, get(h, "/a.js", field, "Range: bytes=5-9", `If-Range: "other"`), 200, whole)
	}
}

func TestSiblings(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.js": text, "a.js.br": "brotli", "a.js.zst": "zstandard", "a.js.gz": "gzipped", "b.png": text, "b.png.gz": "image"})
	for _, maxFile := range []int64{0, 3} { // from memory, and from the disk
		h := site(t, static.Config{Dir: dir, MaxFile: maxFile, NoCompression: maxFile != 0})
		check(t, get(h, "/a.js", browser), 200, "brotli", "Content-Encoding: br", "Content-Type: text/javascript; charset=utf-8",
			"Vary: Accept-Encoding", "Content-Length: 6")
		check(t, get(h, "/a.js", "Accept-Encoding: gzip, zstd"), 200, "zstandard", "Content-Encoding: zstd")
		check(t, get(h, "/a.js", "Accept-Encoding: gzip"), 200, "gzipped", "Content-Encoding: gzip", "Content-Length: 7")
		check(t, get(h, "/a.js", "Accept-Encoding: gzip", "Range: bytes=1-2"), 206, "zi", "Content-Encoding: gzip", "Content-Range: bytes 1-2/7")
		check(t, get(h, "/a.js"), 200, text, "Content-Encoding:", "Vary: Accept-Encoding")
		check(t, get(h, "/b.png", "Accept-Encoding: gzip"), 200, "image", "Content-Encoding: gzip", "Content-Type: image/png")
		check(t, get(h, "/a.js.gz", "Accept-Encoding: gzip"), 200, "gzipped", "Content-Encoding:", "Content-Type: application/gzip")
	}
}

// A sibling that is older was made from what the file was before; one that goes away
// is not missed.
func TestStaleSiblings(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.js": text, "b.js": text, "b.js.br": "brotli", "b.js.gz": "gzipped"})
	write(t, filepath.Join(dir, "a.js.br"), "old", longAgo.Add(-time.Second))
	h := site(t, static.Config{Dir: dir, NoCompression: true})
	check(t, get(h, "/a.js", "Accept-Encoding: br"), 200, text, "Content-Encoding:")
	check(t, get(h, "/b.js", "Accept-Encoding: br, gzip"), 200, "brotli")
	if err := os.Remove(filepath.Join(dir, "b.js.br")); err != nil {
		t.Fatal(err)
	}
	check(t, get(h, "/b.js", "Accept-Encoding: br, gzip"), 200, "gzipped")
	write(t, filepath.Join(dir, "b.js"), text+"new", longAgo.Add(time.Hour))
	check(t, get(h, "/b.js", "Accept-Encoding: br, gzip"), 200, text+"new", "Content-Encoding:")
}

// However many ask at first, all get the file, and none something half made.
func TestCompressedByMany(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{}
	for _, name := range []string{"a.js", "b.js", "c.js"} {
		fsys[name] = &fstest.MapFile{Data: []byte(name + text)}
	}
	h := site(t, static.Config{FS: fsys})
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			name := string("abc"[i%3]) + ".js"
			if got := decode(t, get(h, "/"+name, browser)); got != name+text {
				t.Errorf("%s: got %d bytes", name, len(got))
			}
		})
	}
	wg.Wait()
	check(t, get(h, "/a.js", browser), 200, get(h, "/a.js", browser).Body.String(), "Content-Encoding: zstd")
}

// Without a look at the disk for each that might be there, it takes a while until a
// new sibling is noticed.
func TestSiblingAppears(t *testing.T) {
	t.Parallel()
	dir := tree(t, nil)
	write(t, filepath.Join(dir, "a.js"), text, longAgo.Add(time.Second/2))
	synctest.Test(t, func(t *testing.T) {
		h := site(t, static.Config{Dir: dir})
		check(t, get(h, "/a.js", "Accept-Encoding: br"), 200, text)
		write(t, filepath.Join(dir, "a.js.br"), "brotli", longAgo) // as old, but for the fraction of the second
		time.Sleep(5 * time.Second)
		check(t, get(h, "/a.js", "Accept-Encoding: br"), 200, "brotli")
	})
}

func TestVaryIsAdded(t *testing.T) {
	t.Parallel()
	h := site(t, static.Config{FS: fstest.MapFS{"a.js": {Data: []byte(text)}}})
	w := httptest.NewRecorder()
	w.Header().Set("Vary", "Cookie")
	h.ServeHTTP(w, httptest.NewRequest("GET", "/a.js", nil))
	if got := strings.Join(w.Header()["Vary"], ", "); got != "Cookie, Accept-Encoding" {
		t.Errorf("got %q", got)
	}
}
