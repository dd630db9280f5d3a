// Static serves a folder: its files, compressed, and lists of them.
//
//	go run ./examples/static ~/Downloads
//
// It is then on http://127.0.0.1:8080, or where GANGPLANK_LISTEN says. Without an
// argument it serves the folder that STATIC_DIR names, or the current one. As a CGI
// program it listens to STATIC_DIR only: arguments are the client's words there,
// and the current folder is the one with the programs.
package main

import (
	"cmp"
	"log"
	"os"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/compress"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/static"
)

func main() {
	site := gangplank.NewChain(
		middleware.RequestID,
		middleware.Logger(nil),
		compress.New(compress.Config{}), // the lists and error pages; files bring their own compressed forms
		errorpage.New(errorpage.Config{}),
	)
	log.Fatal(adapters.Main(site.Then(static.Handler(static.Config{Dir: folder(), List: true}))))
}

func folder() string {
	dir := os.Getenv("STATIC_DIR")
	switch {
	case adapters.IsCGI() && dir == "":
		log.Fatal("STATIC_DIR does not say which folder to serve")
	case !adapters.IsCGI() && len(os.Args) > 1:
		return os.Args[1]
	}
	return cmp.Or(dir, ".")
}
