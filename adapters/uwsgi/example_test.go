package uwsgi_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/uwsgi"
)

// nginx's uwsgi_params do not say where the program is mounted: Mount does. In the
// place of nginx there is a client here.
func ExampleServer() {
	s := &uwsgi.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			g := gangplank.From(r).Gateway()
			fmt.Fprintf(w, "%s below %s, over %s\n", r.URL.Path, g.ScriptName, g.Interface)
		}),
		Mount: "/app",
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- s.Serve(l) }()

	front := http.Client{Transport: &adaptertest.Uwsgi{
		Dial: func(context.Context) (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) },
	}}
	res, err := front.Get("http://example.com/app/FrontPage")
	if err != nil {
		log.Fatal(err)
	}
	io.Copy(os.Stdout, res.Body)
	res.Body.Close()

	if err := s.Shutdown(context.Background()); err != nil { // with a deadline, in a program
		log.Fatal(err)
	}
	fmt.Println(<-served)
	// Output:
	// /FrontPage below /app, over uwsgi/1
	// http: Server closed
}
