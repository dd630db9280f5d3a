package compress_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/compress"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

// What is compressed is noticed by what is decoded, and by nothing else.
func TestTransparent(t *testing.T) {
	everything := compress.Config{MinSize: -1, Types: append(compress.DefaultTypes(), "application/octet-stream", "text/event-stream")}
	padded := everything
	padded.Padding = 100
	for _, tt := range []struct {
		accept string
		cfg    compress.Config
	}{
		{"gzip", everything},
		{"zstd", padded},
		{"identity", compress.Config{}},
	} {
		t.Run(tt.accept, func(t *testing.T) {
			t.Parallel()
			middlewaretest.Run(t, compress.New(tt.cfg),
				middlewaretest.Request(func(r *http.Request) { r.Header.Set("Accept-Encoding", tt.accept) }),
				middlewaretest.Timeout(time.Minute), // under the race detector a gzip encoder is slow to make
				middlewaretest.Decode("it is what it is for", decode),
				middlewaretest.Allow("what is compressed is no file", middlewaretest.NoReadFrom))
		})
	}
}
