// Ours, as the README's first program: a Router, and adapters.Main, which links every gateway.
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
	r.Get("/", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello world") })
	log.Fatal(adapters.Main(r))
}
