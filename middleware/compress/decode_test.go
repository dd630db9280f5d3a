package compress_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/compress"
)

func zstandard(t testing.TB, body string, options ...zstd.EOption) string {
	t.Helper()
	var b bytes.Buffer
	zw, err := zstd.NewWriter(&b, options...)
	if err == nil {
		_, err = io.WriteString(zw, body)
	}
	if err == nil {
		err = zw.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// bomb is a frame of RLE blocks: each is 4 bytes that become 128 KiB.
func bomb(blocks int) string {
	return "\x28\xb5\x2f\xfd\x00\x38" + strings.Repeat("\x02\x00\x10x", blocks)
}

func TestNewZstdReader(t *testing.T) {
	decompress := middleware.Decompress(middleware.DecompressConfig{
		MaxBytes: 2 << 20,
		Codings:  map[string]func(io.Reader) (io.Reader, error){"zstd": compress.NewZstdReader},
	})
	h := decompress(gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			_, err = w.Write(body)
		}
		return err
	}))
	for _, tt := range []struct {
		desc, body string
		status     int
		want       string
	}{
		{"a body", zstandard(t, page(100_000)), 200, page(100_000)},
		{"two frames", zstandard(t, "a") + zstandard(t, "b"), 200, "ab"},
		{"nothing at all", "", 200, ""},
		{"garbage", page(100), 400, ""},
		{"cut off", zstandard(t, page(100_000))[:1000], 400, ""},
		{"a window of 16 MiB", "\x28\xb5\x2f\xfd\x00\x70" + "\x01\x00\x00", 400, ""},
		{"larger than allowed", zstandard(t, page(3<<20)), 413, ""},
		{"a bomb", bomb(1 << 15), 413, ""}, // of 4 GiB
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(tt.body))
		r.Header.Set("Content-Encoding", "zstd")
		rec := httptest.NewRecorder()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		h.ServeHTTP(rec, r)
		runtime.ReadMemStats(&after)
		if rec.Code != tt.status || tt.status == 200 && rec.Body.String() != tt.want {
			t.Errorf("%s: got %d, %.50q", tt.desc, rec.Code, rec.Body)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
			t.Errorf("%s: %d MiB were used", tt.desc, used>>20)
		}
	}
}
