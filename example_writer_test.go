package gangplank_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gangplank-web/gangplank"
)

// The form of a middleware that looks at the response: it sees the status and the
// size when they are final, however the handler has written.
func ExampleAttachedFunc() {
	account := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			w.AtEnd(func() { fmt.Println(r.URL.Path, w.Status(), w.Bytes()) })
			next.ServeHTTP(w, r)
		})
	}
	h := account(http.FileServer(http.Dir("testdata/none")))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/missing.txt", nil))
	// Output:
	// /missing.txt 404 19
}

// A field that depends on how the handler answers. Setting it before the handler
// runs is too early to know, and after it has returned too late to be sent.
func ExampleWriter_BeforeHead() {
	noStore := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			w.BeforeHead(func(status int, h http.Header) {
				if status >= 400 {
					h.Set("Cache-Control", "no-store")
				}
			})
			next.ServeHTTP(w, r)
		})
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/here", func(w http.ResponseWriter, r *http.Request) {})
	for _, target := range []string{"/here", "/missing"} {
		rec := httptest.NewRecorder()
		noStore(mux).ServeHTTP(rec, httptest.NewRequest("GET", target, nil))
		fmt.Printf("%d %q\n", rec.Code, rec.Header().Get("Cache-Control"))
	}
	// Output:
	// 200 ""
	// 404 "no-store"
}

// Half a page is taken back as long as it is held back.
func ExampleWriter_Reset() {
	h := gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		fmt.Fprint(w, "Half a page, and then")
		if w.Reset() {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprintln(w, "Please come back later.")
		}
	})
	show(h, "/")
	// Output:
	// /: 503 Please come back later.
}

// The common mistake: Attach without Finish. What the Writer holds back stays
// there. AttachedFunc, which does both, cannot be got wrong.
func ExampleAttach_mistake() {
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "a page") })
	mistake := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gw, r, _ := gangplank.Attach(w, r)
		page(gw, r)
	})
	right := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gw, r, _ := gangplank.Attach(w, r)
		page(gw, r)
		gw.Finish(w) // not deferred: after a panic there is nothing to finish
	})
	for _, h := range []http.Handler{mistake, right} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		fmt.Printf("%q\n", rec.Body)
	}
	// Output:
	// ""
	// "a page\n"
}
