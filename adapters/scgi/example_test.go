package scgi_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/scgi"
)

// A server with a limit, and in the place of a front server a client that sends
// more.
func ExampleServer() {
	s := &scgi.Server{
		Handler: gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
			note, err := io.ReadAll(r.Body)
			if err != nil {
				return err // *http.MaxBytesError has its own status
			}
			_, err = fmt.Fprintf(w, "%q is noted\n", note)
			return err
		}),
		MaxBodyBytes: 10,
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- s.Serve(l) }()

	front := http.Client{Transport: &adaptertest.SCGI{
		Dial: func(context.Context) (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) },
	}}
	for _, note := range []string{"ahoy", "ship ahoy, ship ahoy"} {
		res, err := front.Post("http://example.com/", "text/plain", strings.NewReader(note))
		if err != nil {
			log.Fatal(err)
		}
		io.Copy(os.Stdout, res.Body)
		res.Body.Close()
	}

	if err := s.Shutdown(context.Background()); err != nil { // with a deadline, in a program
		log.Fatal(err)
	}
	fmt.Println(<-served)
	// Output:
	// "ahoy" is noted
	// 413 Request Entity Too Large
	// http: Server closed
}
