package middlewaretest_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"log"
	"net/http"
	"slices"
	"testing"
	"time"

	chi "github.com/go-chi/chi/v5/middleware"

	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

// What the suite says of middleware that many use: that it finds the faults
// that are known shows that it can fail, and that it finds no others that it
// does not see ghosts. Where a fault is repaired upstream this test fails, and is
// to be corrected.
func TestKnownFaults(t *testing.T) {
	chi.DefaultLogger = chi.RequestLogger(&chi.DefaultLogFormatter{Logger: log.New(io.Discard, "", 0), NoColor: true})
	recovers := middlewaretest.Allow("it is what it is for", middlewaretest.Recovers)
	for _, tt := range []struct {
		desc    string
		mw      func(http.Handler) http.Handler
		options []middlewaretest.Option
		faults  []string
	}{
		{desc: "chi.StripSlashes", mw: chi.StripSlashes},
		{desc: "chi.RequestID", mw: chi.RequestID},
		{desc: "chi.NoCache", mw: chi.NoCache, options: []middlewaretest.Option{
			middlewaretest.Fields("it is what it is for", "Cache-Control", "Expires", "Pragma", "X-Accel-Expires"),
		}},
		{desc: "chi.Timeout", mw: chi.Timeout(time.Hour)},
		{desc: "chi.Logger", mw: chi.Logger},
		{desc: "chi.Recoverer", mw: recoverer, options: []middlewaretest.Option{recovers}, faults: []string{
			"panic/status", "panic/held", "panic/sent", "panic/flushed",
		}},
		{desc: "chi.Compress", mw: chi.Compress(5), options: gzipped, faults: []string{
			"length/too-much", "length/too-little", "flush/head", "flush/fixes-head", "flush/by-interface", "deadline/write", "duplex/conversation",
		}},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			if got := faultsOf(t, "http1/plain/alone", tt.mw, tt.options...); !slices.Equal(got, tt.faults) {
				t.Errorf("got %q, want %q", got, tt.faults)
			}
		})
	}
}

// recoverer is chi's, without its log.
func recoverer(next http.Handler) http.Handler {
	h := chi.Recoverer(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, chi.WithLogEntry(r, silent{})) })
}

type silent struct{}

func (silent) Write(int, int, http.Header, time.Duration, any) {}
func (silent) Panic(any, []byte)                               {}

var gzipped = []middlewaretest.Option{
	middlewaretest.Request(func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") }),
	middlewaretest.Decode("it is what it is for", gunzip),
	middlewaretest.Allow("what is compressed is no file", middlewaretest.NoReadFrom),
}

func gunzip(h http.Header, body []byte) ([]byte, error) {
	if h.Get("Content-Encoding") != "gzip" {
		return body, nil
	}
	zr, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(zr)
}
