package static_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing/fstest"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/static"
)

// assets would be an embed.FS in a program.
var assets = fstest.MapFS{"css/app.css": {Data: []byte("body { color: teal }\n")}}

func Example() {
	r := gangplank.New()
	r.Use(static.New(static.Config{FS: assets, Prefix: "/assets"}))
	r.Get("/", func(w http.ResponseWriter, req *http.Request) {
		fmt.Fprintf(w, "<link rel=stylesheet href=%q>\n", static.Path(req, "css/app.css"))
	})

	for _, target := range []string{"/", "/assets/css/app.092ab3cfe83805bf.css", "/assets/css/app.css"} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		fmt.Printf("%d %q\n%s", w.Code, w.Header().Get("Cache-Control"), w.Body)
	}
	// Output:
	// 200 ""
	// <link rel=stylesheet href="/assets/css/app.092ab3cfe83805bf.css">
	// 200 "max-age=31536000, immutable"
	// body { color: teal }
	// 200 "no-cache"
	// body { color: teal }
}

// A program that runs in the browser has all paths but those of the application's
// routes, which are tried first.
func ExampleHandler() {
	r := gangplank.New()
	r.Get("/api/time", func(w http.ResponseWriter, req *http.Request) { fmt.Fprintln(w, "noon") })
	files := fstest.MapFS{"index.html": {Data: []byte("<script src=/app.js></script>\n")}}
	r.NotFound(static.Handler(static.Config{FS: files, Fallback: "index.html"}).ServeHTTP)

	for _, target := range []string{"/api/time", "/people/alice", "/old.js"} {
		req := httptest.NewRequest("GET", target, nil)
		if target != "/old.js" {
			req.Header.Set("Accept", "text/html")
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		fmt.Print(w.Code, " ", w.Body)
	}
	// Output:
	// 200 noon
	// 200 <script src=/app.js></script>
	// 404 404 Not Found
	// There is nothing here.
}
