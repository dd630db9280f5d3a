package cgi_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/cgi"
)

// A CGI program. It returns nil when the client has an answer, be it an error
// page: a status of the process would be a second one in the web server's log.
func ExampleServe() {
	err := cgi.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "Hello World!") }))
	if err != nil {
		log.Fatal(err)
	}
}

// What a web server gives to the program, and what it gets, can be had in a test.
func ExampleServer() {
	var out bytes.Buffer
	s := &cgi.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "%s below %s\n", r.URL.Path, gangplank.From(r).Gateway().ScriptName)
		}),
		Timeout: time.Minute,

		Environ: []string{"GATEWAY_INTERFACE=CGI/1.1", "SERVER_PROTOCOL=HTTP/1.1", "REQUEST_METHOD=GET",
			"REQUEST_URI=/cgi-bin/app/FrontPage", "SCRIPT_NAME=/cgi-bin/app", "PATH_INFO=/FrontPage", "HTTP_HOST=example.com"},
		Stdin:  strings.NewReader(""),
		Stdout: &out,
	}
	if err := s.Serve(); err != nil {
		log.Fatal(err)
	}
	fmt.Print(strings.ReplaceAll(out.String(), "\r\n", "\n"))
	// Output:
	// Status: 200 OK
	// Content-Length: 30
	// Content-Type: text/plain; charset=utf-8
	//
	// /FrontPage below /cgi-bin/app
}

// The mistake: a Content-Length that is not that of the answer. Most web servers
// pass a short answer on as if it were whole; the program's status tells.
func ExampleServer_mistake() {
	var out bytes.Buffer
	s := &cgi.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprintln(w, "not so much")
		}),
		Environ: []string{"SERVER_PROTOCOL=HTTP/1.1", "REQUEST_METHOD=GET", "REQUEST_URI=/", "HTTP_HOST=example.com"},
		Stdin:   strings.NewReader(""),
		Stdout:  &out,
	}
	fmt.Println(errors.Is(s.Serve(), cgi.ErrBroken))
	// Output: true
}
