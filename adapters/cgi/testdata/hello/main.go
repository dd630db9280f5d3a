// Hello is the smallest program that uses all the start of the library: a router, and Main, which finds out that it is CGI.
package main

import (
	"io"
	"log"
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters"
)

func main() {
	r := gangplank.New()
	r.Get("/", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "Hello World!\n") })
	log.Fatal(adapters.Main(r))
}
