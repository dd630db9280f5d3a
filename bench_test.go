package gangplank_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/go-chi/chi/v5"
)

// The side-by-side figures are in bench/; these are for profiling the root.
func BenchmarkRouter(b *testing.B) {
	nop := func(w http.ResponseWriter, r *http.Request) {}
	ours, theirs := gangplank.New(), chi.NewRouter()
	for _, p := range []string{"/", "/pages", "/pages/{name}", "/users/{id}/edit"} {
		ours.Get(p, nop)
		theirs.Get(p, nop)
	}
	for _, target := range []string{"/pages", "/pages/Front"} {
		for name, h := range map[string]http.Handler{"gangplank": ours, "chi": theirs} {
			b.Run(target+"/"+name, func(b *testing.B) {
				w, r := &discard{h: make(http.Header)}, httptest.NewRequest("GET", target, nil)
				b.ReportAllocs()
				for b.Loop() {
					h.ServeHTTP(w, r)
				}
			})
		}
		b.Run(target+"/attached", func(b *testing.B) {
			w, r := &discard{h: make(http.Header)}, httptest.NewRequest("GET", target, nil)
			b.ReportAllocs()
			gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
				for b.Loop() {
					ours.ServeHTTP(w, r)
				}
			}).ServeHTTP(w, r)
		})
	}
}

func BenchmarkWriter(b *testing.B) {
	for name, h := range map[string]http.Handler{
		"attach only": attach(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})),
		"small body": attach(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = []string{"text/plain"}
			io.WriteString(w, "Hello World!\n")
		})),
	} {
		b.Run(name, func(b *testing.B) {
			w, r := &discard{h: make(http.Header)}, httptest.NewRequest("GET", "/", nil)
			b.ReportAllocs()
			for b.Loop() {
				clear(w.h)
				h.ServeHTTP(w, r)
			}
		})
	}
}
