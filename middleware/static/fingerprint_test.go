package static_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/static"
)

// links answers with the URL of the file that the query names.
var links = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, static.Path(r, r.URL.Query().Get("f")))
})

func TestPath(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{}
	for _, name := range []string{"app.css", "css/a b.css", "lib.tar.gz", "LICENSE", ".env", "dir/x", "q?.js"} {
		fsys[name] = &fstest.MapFile{Data: []byte("a")} // SHA-256: ca978112ca1bbdca...
	}
	mw := static.New(static.Config{FS: fsys, Prefix: "/assets"})
	h := mw(links)
	for _, tt := range []struct{ name, want string }{
		{"app.css", "/assets/app.ca978112ca1bbdca.css"},
		{"/app.css", "/assets/app.ca978112ca1bbdca.css"},
		{"css/a b.css", "/assets/css/a%20b.ca978112ca1bbdca.css"},
		{"lib.tar.gz", "/assets/lib.tar.ca978112ca1bbdca.gz"},
		{"LICENSE", "/assets/LICENSE.ca978112ca1bbdca"},
		{"q?.js", "/assets/q%3F.ca978112ca1bbdca.js"},
		{"nothing.js", "/assets/nothing.js"},
		{"dir", "/assets/dir"},
		{".env", "/assets/.env"},
		{"../x", "/assets/../x"},
	} {
		w := get(h, "/?"+"f="+strings.NewReplacer(" ", "+", "?", "%3F").Replace(tt.name))
		check(t, w, 200, tt.want)
		if strings.Contains(tt.want, "ca978112") {
			check(t, get(h, tt.want), 200, "a", "Cache-Control: max-age=31536000, immutable")
			check(t, get(h, strings.Replace(tt.want, "ca97", "ca98", 1)), 200, "/assets/") // the handler's: no such file
		}
	}
	check(t, get(h, "/assets/.ca978112ca1bbdca.env"), 200, "/assets/")
}

func TestPathIsMountAware(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"a.js": {Data: []byte("a")}}
	const file = "/assets/a.ca978112ca1bbdca.js"
	mw := static.New(static.Config{FS: fsys, Prefix: "/assets"})
	cgi := func(next http.Handler) http.Handler {
		return http.StripPrefix("/cgi-bin/x.cgi", gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetGateway(&gangplank.Gateway{ScriptName: "/cgi-bin/x.cgi"})
			next.ServeHTTP(w, r)
		}))
	}
	router := gangplank.New()
	router.Use(mw)
	router.Get("/page", links.ServeHTTP)
	sub := gangplank.New()
	sub.Mount("/sub", router)
	for _, tt := range []struct {
		desc string
		h    http.Handler
		page string
		want string
	}{
		{"the root", router, "/page", file},
		{"a router inside", mw(router), "/page", file},
		{"CGI", cgi(router), "/cgi-bin/x.cgi/page", "/cgi-bin/x.cgi" + file},
		{"stripped outside", http.StripPrefix("/my app", mw(links)), "/my%20app/page", "/my%20app" + file},
		{"stripped inside", mw(http.StripPrefix("/inner", links)), "/inner/page", file},
		{"two of them, the inner one has it", static.New(static.Config{FS: fstest.MapFS{}, Prefix: "/other"})(mw(links)), "/page", file},
		{"two of them, the outer one has it", mw(static.New(static.Config{FS: fstest.MapFS{}, Prefix: "/other"})(links)), "/page", file},
		{"a host in front", http.StripPrefix("//evil.example", mw(links)), "//evil.example/page", "/evil.example" + file},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RequestURI = tt.page + "?f=a.js"
			r.URL.Path, _ = strings.CutSuffix(strings.ReplaceAll(tt.page, "%20", " "), "?f=a.js")
			r.URL.RawQuery = "f=a.js"
			w := httptest.NewRecorder()
			tt.h.ServeHTTP(w, r)
			check(t, w, 200, tt.want)
		})
	}
}

// The URL changes with the content, and the former one is gone.
func TestPathChanges(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.js": "a"})
	h := static.New(static.Config{Dir: dir})(links)
	first := get(h, "/x?f=a.js").Body.String()
	check(t, get(h, first), 200, "a")
	write(t, filepath.Join(dir, "a.js"), "b", longAgo.AddDate(1, 0, 0))
	second := get(h, "/x?f=a.js").Body.String()
	check(t, get(h, second), 200, "b")
	check(t, get(h, first), 200, "/")
	if first == second {
		t.Errorf("both are %s", first)
	}
}

func TestPathOutside(t *testing.T) {
	t.Parallel()
	defer func() {
		if got, _ := recover().(string); !strings.HasPrefix(got, "static: Path:") {
			t.Errorf("got panic %q", got)
		}
	}()
	get(links, "/?f=a.js")
}

func TestPathAllocates(t *testing.T) {
	dir := tree(t, map[string]string{"css/app.css": "a"})
	mw := static.New(static.Config{Dir: dir})
	n := -1.0
	get(mw(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		n = testing.AllocsPerRun(100, func() { static.Path(r, "css/app.css") })
	})), "/")
	if n < 0 || n > 16 {
		t.Errorf("got %v allocations, want at most 16, which are those of os.Root and the result", n)
	}
}
