package ajp_test

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
	"github.com/gangplank-web/gangplank/adapters/ajp"
)

// Only a front server that knows the secret is answered. In the place of front
// servers there are clients here.
func ExampleServer() {
	s := &ajp.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			g := gangplank.From(r).Gateway()
			fmt.Fprintf(w, "%s below %s, over %s\n", r.URL.Path, g.ScriptName, g.Interface)
		}),
		Secret: "from a file, in a program",
		Mount:  "/app", // AJP does not say it
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- s.Serve(l) }()

	for _, secret := range []string{"from a file, in a program", "a guess"} {
		front := http.Client{Transport: &adaptertest.AJP{
			Dial:   func(context.Context) (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) },
			Secret: secret,
		}}
		res, err := front.Get("http://example.com/app/FrontPage")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Print(res.Status, ": ")
		io.Copy(os.Stdout, res.Body)
		res.Body.Close()
	}

	if err := s.Shutdown(context.Background()); err != nil { // with a deadline, in a program
		log.Fatal(err)
	}
	fmt.Println(<-served)
	// Output:
	// 200 OK: /FrontPage below /app, over AJP/1.3
	// 403 Forbidden: Forbidden
	// http: Server closed
}

// What an administrator adds by "SetEnv AJP_TIER gold" is an attribute, which no
// client can send.
func ExampleAttributesOf() {
	s := &ajp.Server{Secret: os.Getenv("AJP_SECRET"), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if tier, ok := ajp.AttributesOf(r).Get("TIER"); ok {
			fmt.Fprintln(w, "tier", tier)
		}
	})}
	l, err := net.Listen("tcp", "127.0.0.1:8009")
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(s.Serve(l))
}
