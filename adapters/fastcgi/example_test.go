package fastcgi_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/fastcgi"
)

// A server as it is used alone, and in the place of a front server a client.
func ExampleServer() {
	s := &fastcgi.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			g := gangplank.From(r).Gateway()
			fmt.Fprintf(w, "%s below %s, over %s\n", r.URL.Path, g.ScriptName, g.Interface)
		}),
		MaxBodyBytes: 10 << 20,
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- s.Serve(l) }()

	front := http.Client{Transport: &adaptertest.FastCGI{
		Dial:  func(context.Context) (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) },
		Mount: "/app",
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
	// /FrontPage below /app, over FastCGI/1.0
	// http: Server closed
}

// An authorizer says who may, and the front server serves the page. Apache asks
// one that stands in FcgidAuthorizer, lighttpd one with "mode" => "authorizer".
func ExampleSetVariable() {
	authorizer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, password, _ := r.BasicAuth()
		if name != "alice" || password != "wonderland" {
			w.Header().Set("WWW-Authenticate", `Basic realm="Members"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fastcgi.SetVariable(w.Header(), "MEMBER", name) // what serves the page finds it among its variables
	})

	for _, password := range []string{"wonderland", "guess"} {
		r := httptest.NewRequest("GET", "/members", nil)
		r.SetBasicAuth("alice", password)
		rec := httptest.NewRecorder()
		authorizer.ServeHTTP(rec, r)
		fmt.Println(rec.Code, rec.Header())
	}
	// Output:
	// 200 map[Variable-MEMBER:[alice]]
	// 401 map[Www-Authenticate:[Basic realm="Members"]]
}

// A filter gets a file of the front server's, and answers with what it makes of
// it.
func ExampleDataOf() {
	s := &fastcgi.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data := fastcgi.DataOf(r)
		if data == nil {
			http.Error(w, "This is a filter.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Last-Modified", data.LastModified.UTC().Format(http.TimeFormat))
		lines := bufio.NewScanner(data)
		for n := 1; lines.Scan(); n++ {
			fmt.Fprintf(w, "%4d  %s\n", n, lines.Text())
		}
	})}
	l, err := net.Listen("unix", "/run/filter.sock")
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(s.Serve(l))
}
