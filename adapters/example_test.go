package adapters_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"

	"github.com/gangplank-web/gangplank/adapters"
)

func hello(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "Hello World!\n") }

// One program for cgi-bin, for FastCGI, for systemd and for its own port.
func ExampleMain() {
	log.Fatal(adapters.Main(http.HandlerFunc(hello)))
}

// A program with flags of its own parses them only when it is not CGI: there, the client chooses the arguments.
func ExampleIsCGI() {
	var addrs []string
	if !adapters.IsCGI() {
		addrs = parseFlags()
	}
	log.Fatal(adapters.Main(http.HandlerFunc(hello), addrs...))
}

func parseFlags() []string { return nil }

// All that is wrong with the addresses is said before one of them is bound.
func ExampleServe() {
	err := adapters.Serve(context.Background(), http.HandlerFunc(hello),
		"http://127.0.0.1:8080?colour=red",
		"fastcgi://0.0.0.0:9000", // a mistake that would let anybody claim to be anybody
		"fastcgi+unix:/run/app.sock?mode=0660")
	fmt.Println(err)
	// Output:
	// adapters: address "http://127.0.0.1:8080?colour=...": http over tcp has no option "colour" (it has: grace, h2c, idle-timeout, max-body, max-conns, max-header-bytes, mount, read-header-timeout, read-timeout, write-timeout)
	// address "fastcgi://0.0.0.0:9000": fastcgi believes whoever connects, and this is not a loopback address: name the web servers with allow=<prefixes>, or use a unix socket (or say dangerously-allow-any-peer=1)
}
