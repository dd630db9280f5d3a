package compress_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/gangplank-web/gangplank/middleware/compress"
)

// decode undoes the Content-Encoding of a whole body, with the standard
// library's gzip rather than the one that made it.
func decode(h http.Header, body []byte) ([]byte, error) {
	switch coding := h.Get("Content-Encoding"); coding {
	case "":
		return body, nil
	case "gzip":
		zr, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(zr)
	case "zstd":
		return zstdDecoder().DecodeAll(body, nil)
	default:
		return nil, fmt.Errorf("unknown coding %q", coding)
	}
}

// zstdDecoder is shared: DecodeAll may be called by many at once.
var zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
	zr, err := zstd.NewReader(nil, zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		panic(err)
	}
	return zr
})

// page is n bytes of what looks like HTML.
func page(n int) string { return longestPage()[:n] }

// longestPage is written once: under the race detector that takes as long as to compress it.
var longestPage = sync.OnceValue(func() string {
	words := strings.Fields("the a of and to in ship harbour water plank crew captain cargo rope quay tide wind anchor mast")
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < 3<<20 {
		fmt.Fprintf(&b, "<p id=%d>%s %s", random.IntN(1000), words[random.IntN(len(words))], words[random.IntN(len(words))])
	}
	return b.String()
})

// request is a GET request by a client that accepts.
func request(accept string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	if accept != "none" {
		r.Header.Set("Accept-Encoding", accept)
	}
	return r
}

// serve plays one request.
func serve(t *testing.T, cfg compress.Config, r *http.Request, h http.HandlerFunc) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	compress.New(cfg)(h).ServeHTTP(rec, r)
	return rec
}

// html answers with a page of n bytes.
func html(n int) http.HandlerFunc {
	body := page(n)
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, body)
	}
}

func wantBody(t *testing.T, rec *httptest.ResponseRecorder, want string) {
	t.Helper()
	body, err := decode(rec.Header(), rec.Body.Bytes())
	if err != nil || string(body) != want {
		t.Errorf("got %.100q (%d bytes), %v, want %.100q (%d bytes)", body, len(body), err, want, len(want))
	}
}
