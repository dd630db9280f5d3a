package backend

import (
	"io"
	"net/http"
	"strconv"
)

// Hello is the answer of the small request.
const Hello = "hello world"

// LargeSize is the size of the large answer.
const LargeSize = 1 << 20

// HelloHandler answers Hello. It sets nothing, as the smallest program would.
func HelloHandler(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, Hello) }

// LargeHandler answers LargeSize bytes in writes of n bytes. It declares the length, so that HTTP/1.1 need not chunk.
func LargeHandler(n int) http.HandlerFunc {
	piece := make([]byte, n)
	length := strconv.Itoa(LargeSize)
	return func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Length", length)
		for left := LargeSize; left > 0; left -= n {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	}
}
