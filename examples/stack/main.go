// Stack is a small site each of whose parts can be another: the router, the
// session store, the compressor, the template engine, and how users prove who they
// are. The parts meet in interfaces of the standard library and of Gangplank, so
// that none knows which the others are.
//
//	stack [-router gangplank|mux|chi] [-sessions memory|files] [-compress gangplank|gzhttp|none]
//	      [-renderer template|jinja] [-auth passwords|byhand] [ADDR...]
//
// The one user is "guest", with the password "stowaway".
package main

import (
	"flag"
	"fmt"
	"log"
	"maps"
	"slices"
	"strings"

	"github.com/gangplank-web/gangplank/adapters"
)

func main() {
	parts := defaults()
	// Started as CGI, the arguments are the client's: a query without "=" arrives there.
	if !adapters.IsCGI() {
		choose("router", &parts.Router, routers)
		choose("sessions", &parts.Sessions, stores)
		choose("compress", &parts.Compress, compressors)
		choose("renderer", &parts.Renderer, renderers)
		choose("auth", &parts.Auth, methods)
		flag.Parse()
	}
	h, err := parts.Handler()
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(adapters.Main(h, flag.Args()...))
}

// choose makes a flag that sets a part to one that has a name.
func choose[T any](name string, part *T, from map[string]T) {
	names := strings.Join(slices.Sorted(maps.Keys(from)), ", ")
	flag.Func(name, "one of "+names, func(value string) error {
		chosen, ok := from[value]
		if !ok {
			return fmt.Errorf("it is one of %s", names)
		}
		*part = chosen
		return nil
	})
}
