package compress_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/gangplank-web/gangplank/middleware/compress"
)

func ExampleNew() {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("ETag", `"v1"`)
		io.WriteString(w, page(3000))
	})
	h := compress.New(compress.Config{})(handler)

	for _, accept := range []string{"gzip, deflate, br, zstd", "gzip, zstd;q=0", "br, identity;q=0.5", ""} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", accept)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		fmt.Printf("%q %s %q\n", rec.Header().Get("Content-Encoding"), rec.Header().Get("ETag"), rec.Header().Get("Vary"))
	}
	// Output:
	// "zstd" "v1-zstd" "Accept-Encoding"
	// "gzip" "v1-gzip" "Accept-Encoding"
	// "" "v1" "Accept-Encoding"
	// "" "v1" "Accept-Encoding"
}

// A page that shows a secret beside what the client sent is better not
// compressed (BREACH).
func ExampleOff() {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		compress.Off(r)
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, page(3000))
	})
	h := compress.New(compress.Config{})(handler)

	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	fmt.Printf("%q, %d bytes\n", rec.Header().Get("Content-Encoding"), rec.Body.Len())
	// Output: "", 3000 bytes
}
