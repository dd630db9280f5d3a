package httpd_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/httpd"
)

// An application that lives below /wiki, and a graceful end.
func ExampleServer() {
	s := &httpd.Server{
		Mount: "/wiki",
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "%s of %s", r.URL.Path, gangplank.From(r).Gateway().ScriptName)
		}),
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- s.Serve(l) }()

	res, err := http.Get("http://" + l.Addr().String() + "/wiki/FrontPage")
	if err != nil {
		log.Fatal(err)
	}
	io.Copy(os.Stdout, res.Body)
	res.Body.Close()

	s.Shutdown(context.Background()) // with a deadline, in a program
	if err := <-served; err != http.ErrServerClosed {
		log.Fatal(err)
	}
	// Output: /FrontPage of /wiki
}
