package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

func TestNoCache(t *testing.T) {
	t.Parallel()
	others := []string{"CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Vercel-CDN-Cache-Control", "Netlify-CDN-Cache-Control",
		"Akamai-Cache-Control", "Surrogate-Control", "Edge-Control", "X-Accel-Expires"}
	rec := answer(middleware.NoCache, request("/"), func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "public, max-age=3600")
		h.Set("Expires", "Thu, 01 Jan 2099 00:00:00 GMT")
		for _, name := range others {
			h.Set(name, "max-age=60")
		}
		h.Set("ETag", `"1"`)
		greet(w, r)
	})
	h := rec.Header()
	if got := h["Cache-Control"]; !slices.Equal(got, []string{"no-store"}) {
		t.Errorf("got Cache-Control %q", got)
	}
	for _, name := range append(others, "Expires") {
		if got := h.Get(name); got != "" {
			t.Errorf("%s: %q tells a cache otherwise", name, got)
		}
	}
	if h.Get("ETag") == "" {
		t.Error("the ETag is gone, though a form may need it for If-Match")
	}
}

func TestNoCacheTransparent(t *testing.T) {
	t.Parallel()
	middlewaretest.Run(t, middleware.NoCache, middlewaretest.Fields("it is what it is for", "Cache-Control", "Expires"))
}

func ExampleNoCache() {
	rec := httptest.NewRecorder()
	middleware.NoCache(http.HandlerFunc(greet)).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	fmt.Println(rec.Header().Get("Cache-Control"))
	// Output: no-store
}
