package middleware_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

func etagOf(method string, handler http.HandlerFunc) string {
	return answer(middleware.ETag, httptest.NewRequest(method, "/", nil), handler).Header().Get("ETag")
}

// writes is a handler with these fields, and this body at last.
func writes(fieldsAndBody ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		last := len(fieldsAndBody) - 1
		for i := 0; i < last; i += 2 {
			w.Header().Set(fieldsAndBody[i], fieldsAndBody[i+1])
		}
		_, _ = io.WriteString(w, fieldsAndBody[last])
	}
}

func TestETag(t *testing.T) {
	t.Parallel()
	tag := etagOf("GET", writes("body"))
	if len(tag) != 24 || tag[0] != '"' || tag[23] != '"' {
		t.Fatalf("got %s, want a strong tag", tag)
	}
	for _, tt := range []struct {
		desc    string
		method  string
		handler http.HandlerFunc
		want    string
	}{
		{"again", "GET", writes("body"), tag},
		{"HEAD", "HEAD", writes("body"), tag},
		{"HEAD without a body", "HEAD", func(w http.ResponseWriter, r *http.Request) {}, ""},
		{"HEAD with a length only", "HEAD", writes("Content-Length", "9", ""), ""},
		{"POST", "POST", writes("body"), ""},
		{"has one", "GET", writes("ETag", `W/"x"`, "body"), `W/"x"`},
		{"no-store", "GET", writes("Cache-Control", "private, No-Store", "body"), ""},
		{"a cookie", "GET", writes("Set-Cookie", "a=b", "body"), ""},
		{"largest", "GET", writes(strings.Repeat("x", 64<<10)), "some"},
		{"too large", "GET", writes(strings.Repeat("x", 64<<10+1)), ""},
		{"short of its length", "GET", writes("Content-Length", "9", "body"), ""},
		{"a file", "GET", func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "x.txt", time.Unix(1e9, 0), strings.NewReader("body"))
		}, ""},
		{"no ranges", "GET", writes("Accept-Ranges", "none", "body"), "some"},
		{"not found", "GET", func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }, ""},
		{"flushed", "GET", func(w http.ResponseWriter, r *http.Request) {
			writes("body")(w, r)
			_ = http.NewResponseController(w).Flush()
		}, ""},
	} {
		if got := etagOf(tt.method, tt.handler); got != tt.want && !(tt.want == "some" && got != "") {
			t.Errorf("%s: got %s, want %s", tt.desc, got, tt.want)
		}
	}
	for _, other := range []http.HandlerFunc{writes("Body"), writes(""), writes("Content-Type", "text/html", "body"), writes("Content-Encoding", "br", "body")} {
		if etagOf("GET", other) == tag {
			t.Error("another representation has the same tag")
		}
	}
}

func TestETagTransparent(t *testing.T) {
	t.Parallel()
	middlewaretest.Run(t, middleware.ETag, middlewaretest.Fields("it is what it is for", "ETag"))
}

func ExampleETag() {
	rec := httptest.NewRecorder()
	middleware.ETag(http.HandlerFunc(greet)).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	fmt.Println(rec.Header().Get("ETag"))
	// Output: "_PSYEs2myH75AzSYcS5DyQ"
}
