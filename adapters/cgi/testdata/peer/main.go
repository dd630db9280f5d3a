// Peer is the same as hello, on the standard library.
package main

import (
	"io"
	"log"
	"net/http"
	"net/http/cgi"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "Hello World!\n") })
	if err := cgi.Serve(mux); err != nil {
		log.Fatal(err)
	}
}
