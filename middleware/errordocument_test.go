package middleware_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

var documents = middleware.ErrorDocumentConfig{
	Pages: fstest.MapFS{
		"404.html":   {Data: []byte("<h1>Not here</h1>")},
		"5xx.html":   {Data: []byte("<h1>Broken</h1>")},
		"README":     {Data: []byte("how to write these")},
		"4444.html":  {Data: []byte("no status")},
		"backup/404": {Data: []byte("a folder")},
	},
	Handlers: map[int]http.Handler{
		403: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			fmt.Fprintf(w, "<h1>%s: %v</h1>", r.Method, gangplank.From(r).Failure())
		}),
		410: http.FileServerFS(fstest.MapFS{"index.html": {Data: []byte("<h1>Gone</h1>")}}),
	},
}

const browser = "text/html,application/xhtml+xml,*/*;q=0.8"

func TestErrorDocument(t *testing.T) {
	t.Parallel()
	fail := func(status int) http.HandlerFunc {
		return gangplank.Try(func(http.ResponseWriter, *http.Request) error { return gangplank.Error(status, "oops") })
	}
	status := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) }
	}
	for _, tt := range []struct {
		desc, accept string
		handler      http.HandlerFunc
		want         string
	}{
		{"http.NotFound", browser, http.NotFound, "404 <h1>Not here</h1>"},
		{"no body", browser, status(404), "404 <h1>Not here</h1>"},
		{"a failure", browser, fail(502), "502 <h1>Broken</h1>"},
		{"a handler, whose status does not count", browser, fail(403), "403 <h1>GET: 403 oops</h1>"},
		{"a handler that answers conditions and ranges", browser, fail(410), "410 <h1>Gone</h1>"},
		{"without a page", browser, fail(409), "409 409 Conflict\noops\n"},
		{"no failure", browser, greet, "200 Hello!\n"},
		{"not HTML", "*/*", fail(502), "502 502 Bad Gateway\noops\n"},
		{"HTML refused", "text/html;q=0, text/plain", fail(502), "502 502 Bad Gateway\noops\n"},
		{"HTML refused, though all is accepted", "text/html;q=0, */*", fail(502), "502 502 Bad Gateway\noops\n"},
		{"HTML at need", "text/html;q=0.5, text/plain", fail(502), "502 502 Bad Gateway\noops\n"},
		{"HTML first", "text/html, text/plain;q=0.5", fail(502), "502 <h1>Broken</h1>"},
		{"JSON", browser, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(404)
			_, _ = io.WriteString(w, "{}")
		}, "404 {}"},
		{"a page of its own", browser, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(404)
			_, _ = io.WriteString(w, "<!doctype html>mine")
		}, "404 <!doctype html>mine"},
		{"flushed", browser, func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, "oops", 404)
			_ = http.NewResponseController(w).Flush()
		}, "404 oops\n"},
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader("form"))
		r.Header.Set("Accept", tt.accept)
		r.Header.Set("If-None-Match", "*")
		r.Header.Set("Range", "bytes=0-2")
		rec := answer(middleware.ErrorDocument(documents), r, tt.handler)
		if got := fmt.Sprint(rec.Code, " ", rec.Body); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.desc, got, tt.want)
		}
	}
}

func TestErrorDocumentFields(t *testing.T) {
	t.Parallel()
	r := request("/")
	r.Header.Set("Accept", browser)
	rec := answer(middleware.ErrorDocument(documents), r, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("CDN-Cache-Control", "max-age=1")
		w.Header().Set("Set-Cookie", "a=b")
		w.Header().Set("ETag", `"of the text"`)
		http.NotFound(w, r)
	})
	got := rec.Result().Header
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "CDN-Cache-Control": "max-age=1", "Set-Cookie": "a=b", "Etag": "", "Content-Type": "text/html; charset=utf-8", "Content-Length": "17", "Vary": "Accept",
	} {
		if got.Get(name) != want {
			t.Errorf("%s: got %q, want %q", name, got.Get(name), want)
		}
	}
}

func TestErrorDocumentConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() { middleware.ErrorDocument(middleware.ErrorDocumentConfig{}) }, "middleware.ErrorDocument: ", "there is no page")
	wantPanic(t, func() {
		middleware.ErrorDocument(middleware.ErrorDocumentConfig{
			Pages:    fstest.MapFS{"404.html/x": {}},
			Handlers: map[int]http.Handler{200: http.NotFoundHandler(), 404: nil},
		})
	}, "Pages: ", "200 is no status of an error", "404 is nil")
}

func TestErrorDocumentTransparent(t *testing.T) {
	t.Parallel()
	middlewaretest.Run(t, middleware.ErrorDocument(documents), middlewaretest.Request(func(r *http.Request) { r.Header.Set("Accept", browser) }),
		middlewaretest.Except("a page stands for these bare answers", "write/status-only", "interim/early-hints", "door/refused-hijack"),
		middlewaretest.Fields("the answer depends on it", "Vary"))
}

func ExampleErrorDocument() {
	m := middleware.ErrorDocument(middleware.ErrorDocumentConfig{
		Pages: fstest.MapFS{"404.html": {Data: []byte("<h1>There is no such page.</h1>")}}, // or an embed.FS
	})
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept", "text/html")
	rec := httptest.NewRecorder()
	m(http.NotFoundHandler()).ServeHTTP(rec, r)
	fmt.Println(rec.Code, rec.Body)
	// Output: 404 <h1>There is no such page.</h1>
}
