package static_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gangplank-web/gangplank/middleware/static"
)

func TestFiles(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"index.html": "<p>home", "app.css": "p{}", "a/b c.txt": "b and c", "a/index.html": "<p>a", "empty.txt": "",
		"no index/x.txt": "x", "README": "<script>alert(1)</script>", "data.bin": "\x00\x01\x02", "100%25.txt": "percent",
		".well-known/security.txt": "Contact:", ".env": "SECRET=1", ".git/config": "[core]", "a/.htpasswd": "root:x",
	})
	h := site(t, static.Config{Dir: dir})
	for _, tt := range []struct {
		desc, target string
		status       int
		body         string
		fields       []string
	}{
		{"a file", "/app.css", 200, "p{}", []string{"Content-Type: text/css; charset=utf-8", "Content-Length: 3", "Cache-Control: no-cache",
			"Last-Modified: Thu, 29 Feb 2024 12:00:00 GMT", "Accept-Ranges: bytes", "X-Content-Type-Options: nosniff", "Content-Encoding:", "Vary:"}},
		{"with a query", "/app.css?v=1", 200, "p{}", nil},
		{"in a folder, escaped", "/a/b%20c.txt", 200, "b and c", []string{"Content-Type: text/plain; charset=utf-8"}},
		{"empty", "/empty.txt", 200, "", []string{"Content-Length: 0"}},
		{"a percent sign in the name", "/100%2525.txt", 200, "percent", nil},
		{"the index", "/", 200, "<p>home", []string{"Content-Type: text/html; charset=utf-8", "Content-Length: 7"}},
		{"the index by name", "/index.html", 200, "<p>home", nil},
		{"the index of a folder", "/a/", 200, "<p>a", nil},
		{"a folder without a slash", "/a", 301, "", []string{"Location: ./a/"}},
		{"the same with a query", "/a?x=1", 301, "", []string{"Location: ./a/?x=1"}},
		{"a folder without an index", "/no%20index/", 418, "next: GET /no index/", nil},
		{"the same without a slash", "/no%20index", 418, "next: GET /no index", nil},
		{"a file with a slash", "/app.css/", 418, "next: GET /app.css/", nil},
		{"below a file", "/app.css/x", 418, "next: GET /app.css/x", nil},
		{"nothing", "/nothing", 418, "next: GET /nothing", nil},
		{"no extension: not a page", "/README", 200, "<script>alert(1)</script>", []string{"Content-Type: text/plain; charset=utf-8"}},
		{"no known extension", "/data.bin", 200, "\x00\x01\x02", []string{"Content-Type: application/octet-stream"}},
		{"meant to be found", "/.well-known/security.txt", 200, "Contact:", nil},
		{"dotfile", "/.env", 418, "next: GET /.env", nil},
		{"dotfolder", "/.git/config", 418, "next: GET /.git/config", nil},
		{"dotfile in a folder", "/a/.htpasswd", 418, "next: GET /a/.htpasswd", nil},
		{"a name that is too long", "/" + strings.Repeat("x", 5000), 418, "next: GET /" + strings.Repeat("x", 5000), nil},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			check(t, get(h, tt.target), tt.status, tt.body, tt.fields...)
			if tt.status == 200 {
				length := get(h, tt.target).Header().Get("Content-Length")
				check(t, do(h, "HEAD", tt.target), 200, "", append(tt.fields, "Content-Length: "+length)...)
			}
		})
	}
	t.Run("dotfiles on demand", func(t *testing.T) {
		h := site(t, static.Config{Dir: dir, DangerouslySendDotfiles: true})
		check(t, get(h, "/.env"), 200, "SECRET=1")
	})
}

func TestMethods(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"a.txt": {Data: []byte("a")}}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"} {
		check(t, do(site(t, static.Config{FS: fsys}), method, "/a.txt"), 418, "next: "+method+" /a.txt")
		if w := do(static.Handler(static.Config{FS: fsys}), method, "/a.txt"); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: got %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
	if w := get(static.Handler(static.Config{FS: fsys}), "/b.txt"); w.Code != 404 {
		t.Errorf("not there: got %d, want 404", w.Code)
	}
}

func TestPrefix(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.txt": "a", "index.html": "home", "sub/index.html": "sub", "assets/a.txt": "not this"})
	h := site(t, static.Config{Dir: dir, Prefix: "/assets"})
	for _, tt := range []struct {
		target   string
		status   int
		body     string
		location string
	}{
		{"/assets/a.txt", 200, "a", ""},
		{"/assets/", 200, "home", ""},
		{"/assets", 301, "", "./assets/"},
		{"/assets/sub", 301, "", "./sub/"},
		{"/a.txt", 418, "next: GET /a.txt", ""},
		{"/assetsa.txt", 418, "next: GET /assetsa.txt", ""},
		{"/assets//a.txt", 418, "next: GET /assets//a.txt", ""},
		{"/assets/../a.txt", 418, "next: GET /assets/../a.txt", ""},
	} {
		t.Run(tt.target, func(t *testing.T) {
			check(t, get(h, tt.target), tt.status, tt.body, "Location: "+tt.location)
		})
	}
	stripped := http.StripPrefix("/old", static.Handler(static.Config{Dir: dir}))
	check(t, get(stripped, "/old"), 301, "", "Location: ./old/")
	check(t, get(stripped, "/old/sub"), 301, "", "Location: ./sub/")
	check(t, get(stripped, "/old/sub/"), 200, "sub")
}

// A redirect must not lead to another host, however the path begins.
func TestRedirectStaysHere(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"evil.example/index.html": "x", "a:b/index.html": "x", "q?/index.html": "x"})
	for target, want := range map[string]string{
		"//evil.example":               "", // not a clean name
		"/evil.example":                "./evil.example/",
		"/a:b":                         "./a:b/",
		"/q%3f":                        "./q%3f/",
		"http://evil.example/a:b?x=//": "./a:b/?x=//",
	} {
		w := get(site(t, static.Config{Dir: dir}), target)
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
	mounted := http.StripPrefix("/evil.example/..", static.Handler(static.Config{Dir: dir}))
	r := httptest.NewRequest("GET", "/", nil)
	r.RequestURI, r.URL.Path = "//evil.example/../a:b", "/evil.example/../a:b"
	w := httptest.NewRecorder()
	mounted.ServeHTTP(w, r)
	check(t, w, 301, "", "Location: ./a:b/")
}

func TestIndexAndFallback(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"app.html": "<p>app", "home.htm": "home", "app.js": "js", ".hidden": "h"})
	h := site(t, static.Config{Dir: dir, Index: []string{"index.html", "home.htm"}, Fallback: "app.html"})
	const navigates = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"
	check(t, get(h, "/", navigates), 200, "home")
	check(t, get(h, "/app.js", navigates), 200, "js", "Vary:")
	check(t, get(h, "/people/alice", navigates), 200, "<p>app", "Cache-Control: no-cache", "Vary: Accept")
	check(t, get(h, "/.hidden", navigates), 200, "<p>app")
	// A cache must not keep these for the one who navigates.
	check(t, get(h, "/people/alice", "Accept: */*"), 418, "next: GET /people/alice", "Vary: Accept")
	check(t, get(h, "/old.js"), 418, "next: GET /old.js", "Vary: Accept")
	check(t, do(h, "POST", "/people/alice", navigates), 418, "next: POST /people/alice", "Vary:")

	below := site(t, static.Config{Dir: dir, Prefix: "/ui", Fallback: "app.html", Index: []string{}})
	check(t, get(below, "/ui/x", navigates), 200, "<p>app")
	check(t, get(below, "/ui/", navigates), 200, "<p>app")
	check(t, get(below, "/x", navigates), 418, "next: GET /x", "Vary:")

	if err := os.Remove(filepath.Join(dir, "app.html")); err != nil {
		t.Fatal(err)
	}
	check(t, get(h, "/people/alice", navigates), 418, "next: GET /people/alice")
}

func TestCacheControl(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"a.txt": {Data: []byte("a")}, "assets/b-4711.js": {Data: []byte("b")}}
	h := site(t, static.Config{FS: fsys, MaxAge: 90e9, Immutable: func(name string) bool { return strings.HasPrefix(name, "assets/") },
		Types: map[string]string{".txt": "text/x-mine"}})
	check(t, get(h, "/a.txt"), 200, "a", "Cache-Control: max-age=90", "Last-Modified:", "Content-Type: text/x-mine")
	check(t, get(h, "/assets/b-4711.js"), 200, "b", "Cache-Control: max-age=31536000, immutable", "Content-Type: text/javascript; charset=utf-8")
}

func TestValidate(t *testing.T) {
	t.Parallel()
	err := static.Config{
		Dir: "x", FS: fstest.MapFS{}, Prefix: "assets/", Index: []string{"a/b"}, Fallback: "../x", Types: map[string]string{"MD": "x"},
		MaxAge: -1, MaxFile: 2 << 20, Memory: 1 << 20, Offload: static.XSendfile("relative"),
	}.Validate()
	for _, want := range []string{"Dir, FS:", `Prefix: "assets/"`, `Index: "a/b"`, `Fallback: "../x"`, `Types: "MD"`, "MaxAge: -1ns", "Memory: 1048576", "Offload: path relative"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to contain %q", err, want)
		}
	}
	if err := (static.Config{Dir: "x", Prefix: "/a/b", Offload: static.XAccelRedirect("/files/")}).Validate(); err != nil {
		t.Errorf("a right one: got %v", err)
	}
	for _, cfg := range []static.Config{{}, {Dir: filepath.Join(t.TempDir(), "none")}} {
		func() {
			defer func() {
				if got, _ := recover().(string); !strings.HasPrefix(got, "static: ") {
					t.Errorf("got panic %q, want one that begins with the package", got)
				}
			}()
			static.New(cfg)
		}()
	}
}
