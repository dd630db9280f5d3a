package adaptertest_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

// head returns the first that client sends, which is the head of a request; nobody answers.
func head(t *testing.T, client func(dial func(context.Context) (net.Conn, error)) http.RoundTripper, r *http.Request) string {
	t.Helper()
	got := make(chan string, 1)
	dial := func(context.Context) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			buf := make([]byte, 1<<14)
			n, _ := theirs.Read(buf)
			got <- string(buf[:n])
		}()
		return ours, nil
	}
	if res, err := client(dial).RoundTrip(r); err == nil {
		res.Body.Close()
		t.Error("there is an answer")
	}
	return <-got
}

// A body whose length the request does not tell is sent as such by every client
// whose protocol knows that. net/http leaves ContentLength at 0 then.
func TestBodyOfUnknownLength(t *testing.T) {
	t.Parallel()
	type dial = func(context.Context) (net.Conn, error)
	for _, tt := range []struct {
		desc     string
		client   func(dial) http.RoundTripper
		has, not string
	}{
		{"HTTP", func(d dial) http.RoundTripper { return &adaptertest.Transport{Dial: d} }, "Transfer-Encoding: chunked\r\n", "Content-Length"},
		{"FastCGI", func(d dial) http.RoundTripper { return &adaptertest.FastCGI{Dial: d} }, "REQUEST_METHODPOST", "CONTENT_LENGTH"},
		{"uwsgi", func(d dial) http.RoundTripper { return &adaptertest.Uwsgi{Dial: d} }, "HTTP_TRANSFER_ENCODING\x07\x00chunked", "CONTENT_LENGTH"},
		{"AJP", func(d dial) http.RoundTripper { return &adaptertest.AJP{Dial: d} }, "Transfer-Encoding\x00\x00\x07chunked", "Content-Length"},
	} {
		for _, length := range []int64{-1, 0} {
			r := must(http.NewRequestWithContext(t.Context(), "POST", "http://localhost/", io.MultiReader(strings.NewReader("body"))))
			r.ContentLength = length
			if got := head(t, tt.client, r); !strings.Contains(got, tt.has) || strings.Contains(got, tt.not) {
				t.Errorf("%s, ContentLength %d: got %q, want %q in it, and not %q", tt.desc, length, got, tt.has, tt.not)
			}
		}
	}
}
