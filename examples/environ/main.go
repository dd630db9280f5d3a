// Environ shows what a web server tells its programs: the request, the
// gateway's variables and the process they arrive in. Copy it to a host to see
// what that host sends, and take it away again: values whose names sound secret
// are masked, but the rest is open to everybody who finds the page.
package main

import (
	"log"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters"
)

func main() {
	r := gangplank.New()
	r.HandleFunc("/*", show) // any path, so that one can see what becomes of it
	log.Fatal(adapters.Main(r))
}
