package middleware_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

func showPath(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, r.URL.Path, " ", r.URL.EscapedPath())
}

// cleaned returns where CleanPath leads: "308 /target", or the paths that the
// handler sees.
func cleaned(cfg middleware.CleanPathConfig, r *http.Request) string {
	rec := answer(middleware.CleanPath(cfg), r, showPath)
	if location := rec.Header().Get("Location"); location != "" {
		return fmt.Sprint(rec.Code, " ", location)
	}
	return rec.Body.String()
}

// target is a request for exactly this target, which httptest would refuse in part.
func target(t testing.TB, uri string) *http.Request {
	t.Helper()
	u, err := url.ParseRequestURI(uri)
	if err != nil {
		t.Skip(err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.URL, r.RequestURI = u, uri
	if strings.HasPrefix(uri, "//") { // as net/http's server does
		r.URL, err = url.ParseRequestURI("http://x" + uri)
		if err != nil {
			t.Skip(err)
		}
		r.URL.Scheme, r.URL.Host = "", ""
	}
	return r
}

func TestCleanPath(t *testing.T) {
	t.Parallel()
	keep, strip, add := middleware.KeepSlash, middleware.StripSlash, middleware.AddSlash
	for _, tt := range []struct {
		slash middleware.SlashPolicy
		uri   string
		want  string
	}{
		{keep, "/", "/ /"},
		{keep, "/a/b", "/a/b /a/b"},
		{keep, "/a/b/", "/a/b/ /a/b/"},
		{keep, "/.well-known/x", "/.well-known/x /.well-known/x"},
		{keep, "/...", "/... /..."},
		{keep, "/%41", "/A /%41"},
		{keep, "/a%2F%2Fb", "/a//b /a%2F%2Fb"},
		{keep, "/a%2F..%2Fb", "/a/../b /a%2F..%2Fb"},
		{keep, "//a", "308 /a"},
		{keep, "/a//b?x=1&y=//", "308 /a/b?x=1&y=//"},
		{keep, "/a//b?", "308 /a/b?"},
		{keep, "/a/./b/../c", "308 /a/c"},
		{keep, "/a/%2E%2e/b", "308 /b"},
		{keep, "/a/.%2e", "308 /"},
		{keep, "/a/b/..", "308 /a/"},
		{keep, "/../../a", "308 /a"},
		{keep, "//a%2Fb", "308 /a%2Fb"},
		{keep, "//example.com", "308 /example.com"},
		{keep, "///example.com/%2e%2e", "308 /"},
		{keep, "/.//example.com", "308 /example.com"},
		{keep, "//%5Cexample.com", "308 /%5Cexample.com"},
		{keep, `//\example.com`, "308 /%5Cexample.com"},
		{keep, "//%0d%0aX:1", "308 /%0d%0aX:1"},
		{strip, "/", "/ /"},
		{strip, "/a", "/a /a"},
		{strip, "/a/", "308 /a"},
		{strip, "//example.com/", "308 /example.com"},
		{strip, "/a//?b", "308 /a?b"},
		{add, "/", "/ /"},
		{add, "/a", "308 /a/"},
		{add, "/a.b/c", "308 /a.b/c/"},
		{add, "/a/b.css", "/a/b.css /a/b.css"},
		{add, "/a/", "/a/ /a/"},
	} {
		if got := cleaned(middleware.CleanPathConfig{Slash: tt.slash}, target(t, tt.uri)); got != tt.want {
			t.Errorf("%d %s: got %s, want %s", tt.slash, tt.uri, got, tt.want)
		}
	}
}

func TestCleanPathRewrite(t *testing.T) {
	t.Parallel()
	cfg := middleware.CleanPathConfig{Slash: middleware.StripSlash, Rewrite: true}
	r := target(t, "//a/./b%2Fc//?q")
	if got := cleaned(cfg, r); got != "/a/b/c /a/b%2Fc" {
		t.Errorf("got %s", got)
	}
	if r.URL.Path != "//a/./b/c//" {
		t.Errorf("the request of the outer layers was changed: %s", r.URL.Path)
	}
}

func TestCleanPathMounted(t *testing.T) {
	t.Parallel()
	h := middleware.CleanPath(middleware.CleanPathConfig{})(http.HandlerFunc(showPath))
	for _, tt := range []struct{ desc, uri, strip, script, want string }{
		{"stripped", "/app/a//b", "/app", "", "/app/a/b"},
		{"stripped, with the same name below", "/app/app//b", "/app", "", "/app/app/b"},
		{"a gateway", "/cgi-bin/wiki.cgi/a//b", "/cgi-bin/wiki.cgi", "/cgi-bin/wiki.cgi", "/cgi-bin/wiki.cgi/a/b"},
		{"a gateway whose server has merged slashes", "/x.cgi//a///b", "/x.cgi/", "/x.cgi", "/x.cgi/a/b"},
		{"two slashes before the mount", "//example.com/a//b", "//example.com", "", "/example.com/a/b"},
		{"a backslash before the mount", `/\example.com/a//b`, `/\example.com`, "", "/%5Cexample.com/a/b"},
	} {
		r := target(t, tt.uri)
		w, req, c := gangplank.Attach(httptest.NewRecorder(), r)
		c.SetGateway(&gangplank.Gateway{ScriptName: tt.script})
		http.StripPrefix(tt.strip, h).ServeHTTP(w, req)
		if got := w.Header().Get("Location"); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.desc, got, tt.want)
		}
	}
}

// A router's own mount is found by its context.
func TestCleanPathInRouter(t *testing.T) {
	t.Parallel()
	r := gangplank.New()
	r.Use(middleware.CleanPath(middleware.CleanPathConfig{Slash: middleware.StripSlash}))
	r.Get("/a", greet)
	mux := http.NewServeMux()
	mux.Handle("/sub/", http.StripPrefix("/sub", r))
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, request("/sub/a/"))
	if got := rec.Header().Get("Location"); got != "/sub/a" {
		t.Errorf("got %q", got)
	}
}

func TestCleanPathOtherTargets(t *testing.T) {
	t.Parallel()
	for _, slash := range []middleware.SlashPolicy{middleware.KeepSlash, middleware.StripSlash, middleware.AddSlash} {
		for _, tt := range []struct{ method, uri, path, want string }{
			{"OPTIONS", "*", "*", "*"},
			{"CONNECT", "example.com:443", "", ""},
			{"GET", "http://example.com", "", "/"},
			{"GET", "http://example.com?q", "", "/"},
		} {
			r := request("/")
			r.Method, r.URL, r.RequestURI = tt.method, &url.URL{Path: tt.path}, tt.uri
			if got, want := cleaned(middleware.CleanPathConfig{Slash: slash}, r), tt.want+" "+tt.want; got != want {
				t.Errorf("%d: got %q for %s %s, want %q", slash, got, tt.method, tt.uri, want)
			}
		}
	}
	wantPanic(t, func() { middleware.CleanPath(middleware.CleanPathConfig{Slash: 9}) }, "middleware.CleanPath: Slash: there is no SlashPolicy 9")
}

// What the client sent before the path, and CleanPath took away, is not put before
// links.
func TestCleanPathRewriteLinks(t *testing.T) {
	t.Parallel()
	site := gangplank.New()
	site.Get("/a", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, gangplank.URL(r, "a")) }).Name("a")
	site.Get("/go", func(w http.ResponseWriter, r *http.Request) { gangplank.Redirect(w, r, "/a", http.StatusFound) })
	foreign := http.NewServeMux()
	foreign.Handle("/go", http.RedirectHandler("/a", http.StatusFound))
	site.Handle("/foreign/*", http.StripPrefix("/foreign", middleware.MountRedirects(foreign)))
	h := middleware.CleanPath(middleware.CleanPathConfig{Rewrite: true, Slash: middleware.StripSlash})(site)
	for uri, want := range map[string]string{
		"/a": "/a", "/x/../a": "/a", "/./a": "/a", "//evil.example/../a": "/a", "/x/%2e%2E/a": "/a", "//a": "/a",
		"/x/../go": "/a", "//evil.example/../go": "/a", "/go/": "/a",
		"/x/../foreign/go": "/foreign/a", "//evil.example/../foreign/go": "/foreign/a",
	} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, target(t, uri))
		if got := rec.Header().Get("Location"); got != want && rec.Body.String() != want {
			t.Errorf("%s: got %d %q %s, want %s", uri, rec.Code, got, rec.Body, want)
		}
	}
}

func TestCleanPathTransparent(t *testing.T) {
	t.Parallel()
	middlewaretest.Run(t, middleware.CleanPath(middleware.CleanPathConfig{}))
}

func FuzzCleanPath(f *testing.F) {
	for _, s := range []string{"//example.com", "/a/%2e%2e//b", `/\x//`, "/%2f/x/..", "/a//b?c"} {
		f.Add(s)
	}
	clean := middleware.CleanPath(middleware.CleanPathConfig{Slash: middleware.StripSlash})(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "") }))
	f.Fuzz(func(t *testing.T, uri string) {
		rec := httptest.NewRecorder()
		clean.ServeHTTP(rec, target(t, uri))
		location := rec.Header().Get("Location")
		if location == "" {
			return
		}
		if !strings.HasPrefix(location, "/") || len(location) > 1 && strings.ContainsAny(location[1:2], `/\`) || strings.ContainsAny(location, "\r\n\t") {
			t.Fatalf("%q leads to %q", uri, location)
		}
		again := httptest.NewRecorder()
		if clean.ServeHTTP(again, target(t, location)); again.Code != http.StatusOK {
			t.Errorf("%q leads to %q, which leads to %q", uri, location, again.Header().Get("Location"))
		}
	})
}

func ExampleCleanPath() {
	m := middleware.CleanPath(middleware.CleanPathConfig{Slash: middleware.StripSlash})
	rec := httptest.NewRecorder()
	m(http.NotFoundHandler()).ServeHTTP(rec, httptest.NewRequest("GET", "/docs/../pages//one/?q=1", nil))
	fmt.Println(rec.Code, rec.Header().Get("Location"))
	// Output: 308 /pages/one?q=1
}
