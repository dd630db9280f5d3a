package main_test

import (
	"bytes"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/compress"
	"github.com/gangplank-web/gangplank/middleware/compress/brotli"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

// Brotli is here, and not where it is made, since its module knows nothing of ours.
func TestBrotliIsTransparent(t *testing.T) {
	var decoded atomic.Int64
	t.Cleanup(func() {
		if decoded.Load() == 0 {
			t.Error("nothing was compressed")
		}
	})
	decode := func(h http.Header, body []byte) ([]byte, error) {
		if h.Get("Content-Encoding") != "br" {
			return body, nil
		}
		decoded.Add(1)
		r, err := brotli.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(r)
	}
	for _, padding := range []int{0, 100} {
		mw := compress.New(compress.Config{
			Encodings: []compress.Encoding{brotli.Encoding{}},
			MinSize:   -1,
			Padding:   padding,
			Types:     append(compress.DefaultTypes(), "application/octet-stream", "text/event-stream"),
		})
		middlewaretest.Run(t, mw,
			middlewaretest.Request(func(r *http.Request) { r.Header.Set("Accept-Encoding", "br") }),
			middlewaretest.Timeout(time.Minute), // under the race detector an encoder is slow to make
			middlewaretest.Decode("it is what it is for", decode),
			middlewaretest.Allow("what is compressed is no file", middlewaretest.NoReadFrom))
	}
}
