package adapters_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/gangplank-web/gangplank/adapters"
)

func hello(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "Hello World!\n") }

// One program for cgi-bin, for FastCGI, for systemd and for its own port.
func ExampleMain() {
	log.Fatal(adapters.Main(http.HandlerFunc(hello)))
}

// A program with flags of its own, and addresses after them. The common mistake is
// to parse them always: under CGI the client chooses the arguments, and a request
// for /app?-data=/etc would set them.
func ExampleIsCGI() {
	data := flag.String("data", "/var/lib/app", "the folder of the data")
	if !adapters.IsCGI() {
		flag.Parse()
	}
	files := http.FileServer(http.Dir(*data))
	log.Fatal(adapters.Main(files, flag.Args()...))
}

// What is deferred runs when a signal has stopped the program, or the CGI request
// is answered; with Main it would not.
func ExampleRun() {
	defer fmt.Println("the database is closed")
	if err := adapters.Run(http.HandlerFunc(hello)); err != nil {
		log.Print(err)
	}
}

// Several gateways at once, in one process. Serve comes back when a signal has
// stopped the program, as Run does.
func ExampleServe() {
	defer fmt.Println("the database is closed")
	err := adapters.Serve(context.Background(), http.HandlerFunc(hello),
		"http://127.0.0.1:8080",
		"fastcgi+unix:/run/app.sock?mode=0660&group=www-data",
		"ajp://127.0.0.1:8009?secret-file=/etc/app/ajp")
	if err != nil {
		log.Print(err)
	}
}

// An event stream has no end of its own. Without Stopping the program would wait for
// it, when it is to stop, as long as grace= says.
func ExampleStopping() {
	clock := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		ticks := time.NewTicker(time.Second)
		defer ticks.Stop()
		for {
			select {
			case now := <-ticks.C:
				fmt.Fprintf(w, "data: %s\n\n", now.Format(time.TimeOnly))
				http.NewResponseController(w).Flush()
			case <-r.Context().Done():
				return
			case <-adapters.Stopping(r):
				return // and the browser connects again
			}
		}
	}
	log.Fatal(adapters.Main(http.HandlerFunc(clock)))
}

// All that is wrong with the addresses is said before one of them is bound.
func ExampleServe_mistake() {
	err := adapters.Serve(context.Background(), http.HandlerFunc(hello),
		"http://127.0.0.1:8080?colour=red",
		"fastcgi://0.0.0.0:9000", // would let anybody claim to be anybody
		"fastcgi+unix:/run/app.sock?mode=0660")
	fmt.Println(err)
	// Output:
	// adapters: address "http://127.0.0.1:8080?colour=...": http over tcp has no option "colour" (it has: grace, h2c, idle-grace, idle-timeout, max-body, max-conns, max-header-bytes, mount, read-header-timeout, read-timeout, write-timeout)
	// address "fastcgi://0.0.0.0:9000": fastcgi believes whoever connects, and this is not a loopback address: name the web servers with allow=<prefixes>, or use a unix socket (or say dangerously-allow-any-peer=1)
}
