package compress_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/compress"
)

// counting is an encoding that knows how many of its encoders are in use.
type counting struct {
	compress.Gzip
	made *atomic.Int64
}

func (c counting) NewEncoder() compress.Encoder {
	c.made.Add(1)
	return c.Gzip.NewEncoder()
}

// An encoder is made only for what is encoded, and is used again.
func TestEncodersArePooled(t *testing.T) {
	t.Parallel()
	var made atomic.Int64
	mw := compress.New(compress.Config{Encodings: []compress.Encoding{counting{made: &made}}})
	for _, plain := range []http.HandlerFunc{html(100), answering(200, 20_000, "Content-Type: image/png"), answering(304, 0)} {
		mw(plain).ServeHTTP(httptest.NewRecorder(), request("gzip"))
	}
	r := request("gzip")
	r.Method = "HEAD"
	mw(html(20_000)).ServeHTTP(httptest.NewRecorder(), r)
	if n := made.Load(); n != 0 {
		t.Errorf("%d encoders were made for nothing", n)
	}
	h := mw(html(20_000))
	for range 200 {
		h.ServeHTTP(httptest.NewRecorder(), request("gzip"))
	}
	if n := made.Load(); n > 100 { // the race detector makes sync.Pool forget
		t.Errorf("%d encoders were made for 200 responses", n)
	}
}

// As many responses are compressed at a time as the settings allow, and a
// handler that panics gives its place up.
func TestMaxStreams(t *testing.T) {
	t.Parallel()
	h := compress.New(compress.Config{MaxStreams: 2})
	coding := func() (got string) {
		rec := httptest.NewRecorder()
		h(html(20_000)).ServeHTTP(rec, request("gzip"))
		return rec.Header().Get("Content-Encoding")
	}
	mid := func(inside func()) http.Handler {
		return h(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			html(20_000)(w, r)
			inside()
		}))
	}
	play := func(h http.Handler) {
		defer func() { _ = recover() }()
		h.ServeHTTP(httptest.NewRecorder(), request("gzip"))
	}
	for range 3 {
		play(mid(func() {
			if got := coding(); got != "gzip" {
				t.Errorf("one is at work: got %q", got)
			}
			play(mid(func() {
				if got := coding(); got != "" {
					t.Errorf("two are at work: got %q", got)
				}
				panic("a bug")
			}))
			panic("a bug")
		}))
	}
	if got := coding(); got != "gzip" {
		t.Errorf("none is at work: got %q", got)
	}
}
