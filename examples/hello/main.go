// Hello is the shortest program: copied into a cgi-bin folder, spawned as
// FastCGI, under systemd's socket or started by hand (then it is on
// http://127.0.0.1:8080), it answers.
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
	r.Get("/", func(w http.ResponseWriter, req *http.Request) { io.WriteString(w, "Hello World!\n") })
	log.Fatal(adapters.Main(r))
}
