package gangplank_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/gangplank-web/gangplank"
)

// exchange is one request and response of a protocol whose requests are a path,
// and whose answers look like HTTP's. The embedded Exchange has room for all that
// a request needs: there is one allocation for both.
type exchange struct {
	gangplank.Exchange
	gateway gangplank.Gateway
	header  http.Header
	out     io.Writer
}

func (x *exchange) Header() http.Header         { return x.header }
func (x *exchange) Write(p []byte) (int, error) { return x.out.Write(p) }

// WriteHeader gets the status when nothing about the head can change any more.
func (x *exchange) WriteHeader(status int) {
	fmt.Fprintln(x.out, status)
	for _, name := range slices.Sorted(maps.Keys(x.header)) {
		fmt.Fprintf(x.out, "%s: %s\n", name, x.header.Get(name))
	}
	fmt.Fprintln(x.out)
}

// serve answers one request. Its error says that the answer is not whole.
func serve(ctx context.Context, h http.Handler, path string, out io.Writer) (err error) {
	x := &exchange{header: make(http.Header), out: out}
	w, r := x.Init(ctx, x)
	defer x.Cancel(nil)
	r.Method, r.URL, r.RequestURI = "GET", &url.URL{Path: path}, path
	r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/1.1", 1, 1
	r.Header, r.Body = make(http.Header), http.NoBody
	x.gateway.Interface = "example/1"
	x.SetGateway(&x.gateway)

	defer func() {
		if v := recover(); v == nil {
			return
		} else if v == http.ErrAbortHandler || !w.Reset() {
			err = fmt.Errorf("the answer broke off: %v", v)
			return
		}
		w.WriteHeader(http.StatusInternalServerError)
		w.Finish(x)
	}()
	h.ServeHTTP(w, r)
	w.Finish(x)
	return nil
}

// How an adapter makes requests that arrive attached. Content-Length, sniffed
// types, 204 without a body and the like are the Writer's business.
func ExampleExchange() {
	mux := http.NewServeMux()
	mux.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "Hello over", gangplank.From(r).Gateway().Interface)
	})
	mux.HandleFunc("/panic", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "half a page")
		panic("oops")
	})
	mux.HandleFunc("/abort", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	for _, path := range []string{"/hello", "/panic", "/abort"} {
		var out bytes.Buffer
		err := serve(context.Background(), mux, path, &out)
		fmt.Print(&out)
		fmt.Println("->", err)
	}
	// Output:
	// 200
	// Content-Length: 21
	// Content-Type: text/plain; charset=utf-8
	//
	// Hello over example/1
	// -> <nil>
	// 500
	// Content-Length: 0
	//
	// -> <nil>
	// -> the answer broke off: net/http: abort Handler
}
