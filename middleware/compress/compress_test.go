package compress_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/compress"
)

const long, short = 3000, 500 // more and less than the default minimum

// fields sets fields, given as "Name: value", and writes n bytes of a page.
func answering(status, n int, fields ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for _, f := range fields {
			name, value, _ := strings.Cut(f, ": ")
			if w.Header().Del(name); value != "" {
				w.Header().Set(name, value)
			}
		}
		w.WriteHeader(status)
		io.WriteString(w, page(n))
	}
}

func TestWhatIsCompressed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc    string
		cfg     compress.Config
		accept  string // default: gzip
		control string // the request's Cache-Control
		handler http.HandlerFunc
		want    string // coding
		noVary  bool
	}{
		{desc: "a page", handler: answering(200, long), want: "gzip"},
		{desc: "one that is larger than what is held back", handler: answering(200, 20_000), want: "gzip"},
		{desc: "an error page", handler: answering(404, long), want: "gzip"},
		{desc: "a short page", handler: answering(200, short)},
		{desc: "a page of the minimum", handler: answering(200, 1024), want: "gzip"},
		{desc: "a byte less", handler: answering(200, 1023)},
		{desc: "nothing", handler: answering(200, 0)},
		{desc: "short, no minimum", cfg: compress.Config{MinSize: -1}, handler: answering(200, 1), want: "gzip"},
		{desc: "nothing, no minimum", cfg: compress.Config{MinSize: -1}, handler: answering(200, 0)},
		{desc: "a minimum above what is held back", cfg: compress.Config{MinSize: 10_000}, handler: answering(200, 9999)},
		{desc: "as much as that", cfg: compress.Config{MinSize: 10_000}, handler: answering(200, 10_000), want: "gzip"},
		{desc: "a declared length", handler: answering(200, 20_000, "Content-Length: 20000"), want: "gzip"},
		{desc: "a short declared length", handler: answering(200, short, "Content-Length: 500")},

		{desc: "not accepted", accept: "none", handler: answering(200, long)},
		{desc: "refused", accept: "gzip;q=0", handler: answering(200, long)},
		{desc: "short, and plain is refused", accept: "gzip, identity;q=0", handler: answering(200, 1), want: "gzip"},
		{desc: "nothing, and plain is refused", accept: "gzip, identity;q=0", handler: answering(200, 0)},
		{desc: "everything is refused", accept: "*;q=0", handler: answering(200, long)},

		{desc: "an image", handler: answering(200, long, "Content-Type: image/png"), noVary: true},
		{desc: "SVG", handler: answering(200, long, "Content-Type: Image/SVG+XML ; charset=utf-8"), want: "gzip"},
		{desc: "JSON", handler: answering(200, long, "Content-Type: application/problem+json"), want: "gzip"},
		{desc: "WOFF2", handler: answering(200, long, "Content-Type: font/woff2"), noVary: true},
		{desc: "PDF", handler: answering(200, long, "Content-Type: application/pdf"), noVary: true},
		{desc: "WebP", handler: answering(200, long, "Content-Type: image/webp"), noVary: true},
		{desc: "a type found by its bytes", handler: func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "<!doctype html>"+page(long))
		}, want: "gzip"},
		{desc: "no type at all", handler: func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = nil
			io.WriteString(w, page(long))
		}, noVary: true},
		{desc: "an event stream", handler: answering(200, long, "Content-Type: text/event-stream"), noVary: true},
		{desc: "an event stream that is named", cfg: compress.Config{Types: []string{"text/event-stream"}},
			handler: answering(200, long, "Content-Type: text/event-stream"), want: "gzip"},
		{desc: "not on the list", cfg: compress.Config{Types: []string{"*+json"}}, handler: answering(200, long), noVary: true},

		{desc: "encoded by the handler", handler: answering(200, long, "Content-Encoding: br"), want: "br", noVary: true},
		{desc: "a part", handler: answering(206, long, "Content-Range: bytes 0-2999/5000")},
		{desc: "parts", handler: answering(206, long, "Content-Type: multipart/byteranges; boundary=x")},
		{desc: "a part of an image", handler: answering(206, long, "Content-Type: image/png", "Content-Range: bytes 0-2999/5000"), noVary: true},
		{desc: "a range that is none", handler: answering(416, long, "Content-Range: bytes */5000"), noVary: true},
		{desc: "no content", handler: answering(204, 0), noVary: true},
		{desc: "not modified", handler: answering(304, 0, "Content-Type: ")},
		{desc: "no-transform", handler: answering(200, long, "Cache-Control: private, No-Transform"), noVary: true},
		{desc: "no-transform by the client", control: "no-transform", handler: answering(200, long)},
		{desc: "Content-Digest", handler: answering(200, long, "Content-Digest: sha-256=:x:"), noVary: true},
		{desc: "Repr-Digest", handler: answering(200, long, "Repr-Digest: sha-256=:x:"), noVary: true},
		{desc: "Digest", handler: answering(200, long, "Digest: md5=x"), noVary: true},
		{desc: "Content-MD5", handler: answering(200, long, "Content-MD5: x"), noVary: true},
		{desc: "a digest as trailer", handler: answering(200, long, "Trailer: X-A, repr-digest"), noVary: true},
		{desc: "another trailer", handler: answering(200, long, "Trailer: X-A"), want: "gzip"},

		{desc: "off", handler: func(w http.ResponseWriter, r *http.Request) {
			compress.Off(r)
			html(long)(w, r)
		}},
		{desc: "left to the front server", cfg: compress.Config{FrontServerCompresses: true}, handler: answering(200, long), noVary: true},
	} {
		r := request(tt.accept)
		if tt.accept == "" {
			r.Header.Set("Accept-Encoding", "gzip")
		}
		if tt.control != "" {
			r.Header.Set("Cache-Control", tt.control)
		}
		rec := serve(t, tt.cfg, r, tt.handler)
		h := rec.Result().Header
		if got := h.Get("Content-Encoding"); got != tt.want {
			t.Errorf("%s: got coding %q, want %q", tt.desc, got, tt.want)
		}
		if vary := h["Vary"]; !slices.Equal(vary, []string{"Accept-Encoding"}) && !tt.noVary || tt.noVary && vary != nil {
			t.Errorf("%s: got Vary %q", tt.desc, vary)
		}
		length := h.Get("Content-Length")
		if length != "" && length != strconv.Itoa(rec.Body.Len()) {
			t.Errorf("%s: got Content-Length %s of %d bytes", tt.desc, length, rec.Body.Len())
		}
		if rec.Code == 200 && tt.want == "gzip" {
			body, err := decode(h, rec.Body.Bytes())
			if err != nil || !strings.HasSuffix(page(20_000)+"<!doctype html>"+page(long), string(body)) && !strings.HasPrefix(page(20_000), string(body)) {
				t.Errorf("%s: got %v, %.100q", tt.desc, err, body)
			}
		}
	}
}

// A response to HEAD has the fields of the one to GET, so far as they are known.
func TestHead(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc    string
		handler http.HandlerFunc
		want    string
	}{
		{"the handler writes the page", answering(200, long), "gzip"},
		{"more than is held back", answering(200, 20_000), "gzip"},
		{"it writes a short one", answering(200, short), ""},
		{"it declares a length", answering(200, 0, "Content-Length: 20000"), "gzip"},
		{"it declares a short one", answering(200, 0, "Content-Length: 500"), ""},
		{"it does not say", answering(200, 0), ""},
	} {
		r := request("gzip")
		r.Method = "HEAD"
		rec := serve(t, compress.Config{}, r, tt.handler)
		h := rec.Result().Header
		if got := h.Get("Content-Encoding"); got != tt.want || h.Get("Vary") != "Accept-Encoding" || rec.Body.Len() > 0 {
			t.Errorf("%s: got coding %q, want %q; %v, %d bytes", tt.desc, got, tt.want, h, rec.Body.Len())
		}
		if tt.want != "" && h["Content-Length"] != nil {
			t.Errorf("%s: got the length of the plain body", tt.desc)
		}
	}
}

func TestVary(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ before, want []string }{
		{nil, []string{"Accept-Encoding"}},
		{[]string{"Cookie"}, []string{"Cookie", "Accept-Encoding"}},
		{[]string{"Cookie, accept-encoding"}, []string{"Cookie, accept-encoding"}},
		{[]string{"Cookie", " Accept-Encoding "}, []string{"Cookie", " Accept-Encoding "}},
		{[]string{"*"}, []string{"*"}},
		{[]string{"X-Accept-Encoding"}, []string{"X-Accept-Encoding", "Accept-Encoding"}},
	} {
		shared := slices.Concat(tt.before, []string{"room behind"})[:len(tt.before)]
		rec := serve(t, compress.Config{}, request("gzip"), func(w http.ResponseWriter, r *http.Request) {
			if tt.before != nil {
				w.Header()["Vary"] = shared
			}
			html(long)(w, r)
		})
		if got := rec.Header()["Vary"]; !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.before, got, tt.want)
		}
		if last := shared[:len(shared)+1][len(shared)]; last != "room behind" {
			t.Errorf("%q: somebody's slice was written to: %q", tt.before, last)
		}
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 1023, 4096, 4097, 200_000} {
		for _, e := range []compress.Encoding{
			compress.Gzip{}, compress.Gzip{Level: 1}, compress.Gzip{Level: 9}, compress.Zstd{}, compress.Zstd{Level: 4},
		} {
			for _, pad := range []int{0, 1, 4096} {
				h := compress.New(compress.Config{Encodings: []compress.Encoding{e}, MinSize: -1, Padding: pad})(html(n))
				for range 2 { // the second time with the encoder of the first
					rec := httptest.NewRecorder()
					h.ServeHTTP(rec, request("gzip, zstd"))
					if got := rec.Header().Get("Content-Encoding"); got != e.Name() {
						t.Errorf("%d bytes by %#v: got coding %q", n, e, got)
					}
					wantBody(t, rec, page(n))
				}
			}
		}
	}
}

// A reader is written as well, in whatever pieces, and a stream that has nothing to
// send yet can be decoded so far.
func TestStreams(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"gzip", "zstd"} {
		rec := serve(t, compress.Config{}, request(coding), func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			io.Copy(w, io.MultiReader(strings.NewReader(page(100)), strings.NewReader(page(100_000))))
		})
		wantBody(t, rec, page(100)+page(100_000))

		rec = serve(t, compress.Config{}, request(coding), func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			http.NewResponseController(w).Flush()
		})
		if got := rec.Header().Get("Content-Encoding"); got != coding {
			t.Errorf("got coding %q, want %q", got, coding)
		}
		wantBody(t, rec, "")
	}
}

// The bytes of the padding vary, and those of the page do not.
func TestPadding(t *testing.T) {
	t.Parallel()
	for _, e := range []compress.Encoding{compress.Gzip{}, compress.Zstd{}} {
		sizes := map[int]bool{}
		h := compress.New(compress.Config{Encodings: []compress.Encoding{e}, Padding: 100})(html(long))
		least, most := 1<<30, 0
		for range 500 {
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, request("*"))
			wantBody(t, rec, page(long))
			n := rec.Body.Len()
			sizes[n], least, most = true, min(least, n), max(most, n)
		}
		if len(sizes) < 80 || most-least > 100 {
			t.Errorf("%s: got %d sizes from %d to %d", e.Name(), len(sizes), least, most)
		}
	}
}

// Two layers compress once.
func TestTwice(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	compress.New(compress.Config{})(compress.New(compress.Config{})(html(20_000))).ServeHTTP(rec, request("gzip"))
	wantBody(t, rec, page(20_000))
	if got := rec.Header()["Content-Encoding"]; len(got) != 1 {
		t.Errorf("got %q", got)
	}
}

// What is not attached cannot be turned off, and does not break.
func TestOffDetached(t *testing.T) {
	t.Parallel()
	compress.Off(httptest.NewRequest("GET", "/", nil))
}
