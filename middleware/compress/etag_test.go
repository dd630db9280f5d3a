package compress_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/compress"
)

// versioned is a page as http.ServeContent serves it, conditional requests and
// ranges included.
func versioned(tag string) http.HandlerFunc {
	body := []byte(page(20_000))
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	}
}

func TestETag(t *testing.T) {
	t.Parallel()
	padded := compress.Config{Padding: 10}
	for _, tt := range []struct {
		desc   string
		cfg    compress.Config
		tag    string
		accept string
		name   string // of the condition
		value  string
		status int
		want   string
	}{
		{"strong", compress.Config{}, `"v1"`, "gzip", "", "", 200, `"v1-gzip"`},
		{"another coding", compress.Config{}, `"v1"`, "gzip, zstd", "", "", 200, `"v1-zstd"`},
		{"weak", compress.Config{}, `W/"v1"`, "gzip", "", "", 200, `W/"v1"`},
		{"not encoded", compress.Config{}, `"v1"`, "", "", "", 200, `"v1"`},
		{"padded", padded, `"v1"`, "gzip", "", "", 200, `W/"v1"`},
		{"with a comma", compress.Config{}, `"v,1"`, "gzip", "If-None-Match", `"v,1-gzip"`, 304, `"v,1-gzip"`},

		{"known", compress.Config{}, `"v1"`, "gzip", "If-None-Match", `"v1-gzip"`, 304, `"v1-gzip"`},
		{"known in another coding", compress.Config{}, `"v1"`, "zstd", "If-None-Match", `"v1-gzip"`, 304, `"v1-gzip"`},
		{"known in both", compress.Config{}, `"v1"`, "gzip", "If-None-Match", `"v1-zstd", "v1-gzip", "v1"`, 304, `"v1-gzip"`},
		{"known plain", compress.Config{}, `"v1"`, "gzip", "If-None-Match", `"v1"`, 304, `"v1"`},
		{"known plain as well", compress.Config{}, `"v1"`, "gzip", "If-None-Match", `"v1", "v1-zstd"`, 304, `"v1"`},
		{"known among others", compress.Config{}, `"v1"`, "gzip", "If-None-Match", `"v0-gzip" , W/"x",, "v1-gzip"`, 304, `"v1-gzip"`},
		{"known, made weak on the way", compress.Config{}, `"v1"`, "gzip", "If-None-Match", `W/"v1-gzip"`, 304, `W/"v1-gzip"`},
		{"known plain, made weak on the way", compress.Config{}, `"v1"`, "", "If-None-Match", `W/"v1"`, 304, `W/"v1"`},
		{"known, a client without codings", compress.Config{}, `"v1"`, "", "If-None-Match", `"v1-gzip"`, 304, `"v1-gzip"`},
		{"weak and known", compress.Config{}, `W/"v1"`, "gzip", "If-None-Match", `W/"v1"`, 304, `W/"v1"`},
		{"padded and known", padded, `"v1"`, "gzip", "If-None-Match", `W/"v1"`, 304, `W/"v1"`},
		{"any", compress.Config{}, `"v1"`, "gzip", "If-None-Match", `*`, 304, `"v1"`},
		{"changed", compress.Config{}, `"v2"`, "gzip", "If-None-Match", `"v1-gzip"`, 200, `"v2-gzip"`},
		{"the handler's own suffix", compress.Config{}, `"v1-gzip"`, "", "If-None-Match", `"v1-gzip"`, 304, `"v1-gzip"`},
		{"garbage", compress.Config{}, `"v1"`, "gzip", "If-None-Match", `v1-gzip"`, 200, `"v1-gzip"`},
		{"behind one that is none", compress.Config{}, `"v1"`, "gzip", "If-None-Match", `"a b", "v1-gzip"`, 200, `"v1-gzip"`},
		{"before one that is none", compress.Config{}, `"v1"`, "gzip", "If-None-Match", `"v1", "a b-gzip"`, 304, `"v1"`},
		{"no end", compress.Config{}, `"v1"`, "gzip", "If-None-Match", `"v1-gzip`, 200, `"v1-gzip"`},

		{"changed by the front server", compress.Config{}, `"v1"`, "gzip", "If-None-Match", `"v1-br"`, 304, `"v1-br"`},

		{"still current", compress.Config{}, `"v1"`, "gzip", "If-Match", `"v1-gzip"`, 200, `"v1-gzip"`},
		{"still current, before one that is none", compress.Config{}, `"v1"`, "gzip", "If-Match", `"v1", "a b-gzip"`, 200, `"v1-gzip"`},
		{"not current", compress.Config{}, `"v2"`, "gzip", "If-Match", `"v1-gzip"`, 412, `"v2"`},
		{"a weak one is not current", compress.Config{}, `"v1"`, "gzip", "If-Match", `W/"v1-gzip"`, 412, `"v1"`},
	} {
		r := request(tt.accept)
		if tt.name != "" {
			r.Header.Set(tt.name, tt.value)
		}
		rec := serve(t, tt.cfg, r, versioned(tt.tag))
		if got := rec.Header().Get("ETag"); rec.Code != tt.status || got != tt.want {
			t.Errorf("%s: got %d, %s, want %d, %s", tt.desc, rec.Code, got, tt.status, tt.want)
		}
		if rec.Code != 412 && rec.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: got Vary %q", tt.desc, rec.Header()["Vary"])
		}
		if tt.name != "" && (len(r.Header[tt.name]) != 1 || r.Header.Get(tt.name) != tt.value) {
			t.Errorf("%s: the request of the outer layers was changed: %q", tt.desc, r.Header[tt.name])
		}
	}
}

// Parts are parts of the plain body, and are not joined to an encoded one.
func TestRange(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		ifRange string
		status  int
		tag     string
	}{
		{"", 206, `"v1"`},
		{`"v1"`, 206, `"v1"`},
		{`"v1-gzip"`, 200, `"v1-gzip"`},
	} {
		r := request("gzip")
		r.Header.Set("Range", "bytes=100-199")
		if tt.ifRange != "" {
			r.Header.Set("If-Range", tt.ifRange)
		}
		rec := serve(t, compress.Config{}, r, versioned(`"v1"`))
		h := rec.Header()
		if rec.Code != tt.status || h.Get("ETag") != tt.tag || h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("If-Range %s: got %d, %v", tt.ifRange, rec.Code, h)
		}
		if accepts := h.Get("Accept-Ranges"); (accepts == "bytes") != (tt.status == 206) {
			t.Errorf("If-Range %s: got Accept-Ranges %q", tt.ifRange, accepts)
		}
		if tt.status == 206 && rec.Body.String() != page(20_000)[100:200] {
			t.Errorf("If-Range %s: got %q", tt.ifRange, rec.Body)
		}
	}
}

// A browser's second visit, whatever it accepts by then.
func TestRevalidate(t *testing.T) {
	t.Parallel()
	h := compress.New(compress.Config{})(versioned(`"v1"`))
	for _, first := range []string{"gzip", "zstd", ""} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, request(first))
		tag := rec.Header().Get("ETag")
		for _, second := range []string{"gzip", "zstd", ""} {
			r := request(second)
			r.Header.Set("If-None-Match", tag)
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			if rec.Code != 304 || rec.Header().Get("ETag") != tag || rec.Body.Len() > 0 {
				t.Errorf("%q, then %q: got %d, %v", first, second, rec.Code, rec.Header())
			}
		}
	}
}

// Apache's mod_deflate and mod_brotli change tags as this package does, and take
// nothing back: without help every second visit would get the whole page again.
func TestFrontServerChangesTags(t *testing.T) {
	t.Parallel()
	cfg := compress.Config{FrontServerCompresses: true}
	for _, tt := range []struct {
		name, value string
		status      int
		want        string
	}{
		{"If-None-Match", `"v1-gzip"`, 304, `"v1-gzip"`},
		{"If-None-Match", `"v0", "v1-br"`, 304, `"v1-br"`},
		{"If-None-Match", `W/"v1-gzip"`, 304, `W/"v1-gzip"`},
		{"If-None-Match", `"v1"`, 304, `"v1"`},
		{"If-None-Match", `"v0-gzip"`, 200, `"v1"`},
		{"If-Match", `"v1-gzip"`, 200, `"v1"`},
		{"If-Match", `"v0-gzip"`, 412, `"v1"`},
	} {
		r := request("gzip")
		r.Header.Set(tt.name, tt.value)
		rec := serve(t, cfg, r, versioned(`"v1"`))
		h := rec.Header()
		if got := h.Get("ETag"); rec.Code != tt.status || got != tt.want || h["Vary"] != nil || h["Content-Encoding"] != nil {
			t.Errorf("%s: %s: got %d, %v, want %d, %s", tt.name, tt.value, rec.Code, h, tt.status, tt.want)
		}
		if r.Header.Get(tt.name) != tt.value {
			t.Errorf("%s: the request of the outer layers was changed: %q", tt.value, r.Header[tt.name])
		}
	}
	// Nothing else is touched, or wrapped.
	compress.New(cfg)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := w.(*httptest.ResponseRecorder); !ok {
			t.Errorf("the handler got a %T", w)
		}
	})).ServeHTTP(httptest.NewRecorder(), request("gzip"))
}
