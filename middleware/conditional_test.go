package middleware_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

const (
	yesterday = "Sat, 21 Nov 2026 12:00:00 GMT"
	today     = "Sun, 22 Nov 2026 12:00:00 GMT"
)

func TestConditionalGET(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc    string
		etag    string // of the response
		request [][2]string
		want    int
	}{
		{"no condition", `"a"`, nil, 200},
		{"the same", `"a"`, [][2]string{{"If-None-Match", `"a"`}}, 304},
		{"another", `"a"`, [][2]string{{"If-None-Match", `"b"`}}, 200},
		{"weak here", `W/"a"`, [][2]string{{"If-None-Match", `"a"`}}, 304},
		{"weak there", `"a"`, [][2]string{{"If-None-Match", `W/"a"`}}, 304},
		{"in a list", `"a"`, [][2]string{{"If-None-Match", `"x", , W/"y,z" ,"a"`}}, 304},
		{"in the second line", `"a"`, [][2]string{{"If-None-Match", `"x"`}, {"If-None-Match", `"a"`}}, 304},
		{"with a comma inside", `"a,b"`, [][2]string{{"If-None-Match", `"x","a,b"`}}, 304},
		{"part of a tag", `"b"`, [][2]string{{"If-None-Match", `"a,"b""`}}, 200},
		{"anything", `"a"`, [][2]string{{"If-None-Match", ` * `}}, 304},
		{"anything, without a tag", "", [][2]string{{"If-None-Match", `*`}}, 304},
		{"no tag matches no tag", "", [][2]string{{"If-None-Match", `""`}}, 200},
		{"without quotes", `"a"`, [][2]string{{"If-None-Match", `a`}}, 200},
		{"unterminated", `"a"`, [][2]string{{"If-None-Match", `"a`}}, 200},
		{"garbage counts before a date", `"a"`, [][2]string{{"If-None-Match", `a`}, {"If-Modified-Since", today}}, 200},
		{"not modified since", `"a"`, [][2]string{{"If-Modified-Since", today}}, 304},
		{"not modified since just then", `"a"`, [][2]string{{"If-Modified-Since", yesterday}}, 304},
		{"modified since", `"a"`, [][2]string{{"If-Modified-Since", "Sat, 21 Nov 2026 11:59:59 GMT"}}, 200},
		{"since no date", `"a"`, [][2]string{{"If-Modified-Since", "yesterday"}}, 200},
		{"since two dates", `"a"`, [][2]string{{"If-Modified-Since", today}, {"If-Modified-Since", today}}, 200},
	} {
		r := request("/")
		for _, f := range tt.request {
			r.Header.Add(f[0], f[1])
		}
		rec := answer(middleware.ConditionalGET, r, func(w http.ResponseWriter, r *http.Request) {
			if tt.etag != "" {
				w.Header().Set("ETag", tt.etag)
			}
			w.Header().Set("Last-Modified", yesterday)
			greet(w, r)
		})
		if rec.Code != tt.want || (rec.Body.Len() == 0) != (tt.want == 304) {
			t.Errorf("%s: got %d %q, want %d", tt.desc, rec.Code, rec.Body, tt.want)
		}
	}
}

func TestConditionalGETFields(t *testing.T) {
	t.Parallel()
	for _, etag := range []string{`"a"`, ""} {
		r := request("/")
		r.Header.Set("If-Modified-Since", today)
		rec := answer(middleware.ConditionalGET, r, func(w http.ResponseWriter, r *http.Request) {
			for _, f := range []string{"Cache-Control", "CDN-Cache-Control", "Surrogate-Control", "Content-Location", "Content-Encoding", "Content-Language", "Expires", "Vary", "Set-Cookie", "Content-Security-Policy"} {
				w.Header().Set(f, "kept")
			}
			if w.Header().Set("Last-Modified", yesterday); etag != "" {
				w.Header().Set("ETag", etag)
			}
			w.Header().Set("Content-Length", "100000")
			_, _ = io.WriteString(w, strings.Repeat("x", 100_000)) // more than is held back
		})
		h := rec.Result().Header
		for _, f := range []string{"Cache-Control", "CDN-Cache-Control", "Surrogate-Control", "Content-Location", "Expires", "Vary", "Set-Cookie", "Content-Security-Policy"} {
			if h.Get(f) != "kept" {
				t.Errorf("%s is missing", f)
			}
		}
		for _, f := range []string{"Content-Type", "Content-Length", "Content-Encoding", "Content-Language"} {
			if h[f] != nil {
				t.Errorf("%s: %q", f, h[f])
			}
		}
		if rec.Code != 304 || rec.Body.Len() > 0 || h.Get("ETag") != etag || (h.Get("Last-Modified") == "") != (etag != "") {
			t.Errorf("ETag %q: got %d, %d bytes, %v", etag, rec.Code, rec.Body.Len(), h)
		}
	}
}

// Only a 200 answer to GET or HEAD is what the condition is about.
func TestConditionalGETOnly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		method       string
		status, want int
	}{
		{"GET", 200, 304}, {"HEAD", 200, 304}, {"POST", 200, 200}, {"GET", 404, 404}, {"GET", 206, 206}, {"GET", 500, 500}, {"GET", 204, 204},
	} {
		r := httptest.NewRequest(tt.method, "/", nil)
		r.Header.Set("If-None-Match", `"a"`)
		rec := answer(middleware.ConditionalGET, r, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"a"`)
			w.WriteHeader(tt.status)
		})
		if rec.Code != tt.want {
			t.Errorf("%s with %d: got %d, want %d", tt.method, tt.status, rec.Code, tt.want)
		}
	}
}

func TestConditionalGETTransparent(t *testing.T) {
	t.Parallel()
	middlewaretest.Run(t, middleware.ConditionalGET, middlewaretest.Request(func(r *http.Request) { r.Header.Set("If-None-Match", `"none"`) }))
}

func ExampleConditionalGET() {
	h := gangplank.NewChain(middleware.ConditionalGET, middleware.ETag).ThenFunc(greet)
	first := httptest.NewRecorder()
	h.ServeHTTP(first, httptest.NewRequest("GET", "/", nil))

	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("If-None-Match", first.Header().Get("ETag"))
	second := httptest.NewRecorder()
	h.ServeHTTP(second, r)
	fmt.Println(first.Code, first.Body.Len(), second.Code, second.Body.Len())
	// Output: 200 7 304 0
}

func FuzzIfNoneMatch(f *testing.F) {
	for _, s := range []string{`"a"`, `W/"x", "a"`, `*`, `"a`, `a,"a"`, `,,"x,y" "a"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		r := request("/")
		r.Header["If-None-Match"] = []string{sent}
		rec := answer(middleware.ConditionalGET, r, writes("ETag", `"a"`, "body"))
		if rec.Code == http.StatusNotModified && strings.Trim(sent, " \t") != "*" && !strings.Contains(sent, `"a"`) {
			t.Errorf("%q matches", sent)
		}
	})
}
