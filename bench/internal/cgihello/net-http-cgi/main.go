// The peer: net/http/cgi.
package main

import (
	"io"
	"log"
	"net/http"
	"net/http/cgi"
)

func main() {
	err := cgi.Serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello world") }))
	if err != nil {
		log.Fatal(err)
	}
}
