// Probe shows what a request looked like when it arrived, and misbehaves on
// demand. Gangplank's own tests drive it through real servers; put it on a host
// to see what that host sends. GET / lists what it does.
//
//	probe [ADDR...]
//
// Each argument is the address of a listener, as for adapters.Serve:
//
//	probe fastcgi+unix:/run/probe.sock http://127.0.0.1:8081
//
// Without arguments it finds out how it was started: as CGI, under systemd, as
// FastCGI, else by hand (http://127.0.0.1:8080).
package main

import (
	"flag"
	"log"

	"github.com/gangplank-web/gangplank/adapters"
)

func main() {
	// Started as CGI, the arguments are the client's: a query without "=" arrives there.
	if !adapters.IsCGI() {
		flag.Parse()
	}
	log.Fatal(adapters.Main(handler(), flag.Args()...))
}
