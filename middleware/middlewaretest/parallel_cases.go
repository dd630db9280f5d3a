package middlewaretest

import (
	"fmt"
	"io"
	"net/http"
	"sync"
)

// One middleware serves many requests.
var parallelCases = []Case{{
	Name: "parallel/own-answers",
	Doc:  "Requests at the same time each get their own answer. Run it with -race.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Query", r.URL.RawQuery)
		w.Write(body)
		x.flush(w)
		io.WriteString(w, r.URL.RawQuery)
	},
	client: func(x *exchange) {
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				query, body := fmt.Sprint("n=", i), string(pattern(1000*i+1))
				a := x.send(request{method: "POST", target: "/?" + query, body: body})
				own := exchangeOf(a)
				a.x = own
				a.finish()
				x.note("answer to "+query, own.notes["status"]+own.notes["body"]+own.notes["field X-Query"])
			})
		}
		all.Wait()
	},
}, {
	Name: "parallel/one-after-another",
	Doc:  "Nor does anything of one request show in the next.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		if r.Method == http.MethodPost {
			w.Header().Set("X-First", "1")
			w.WriteHeader(http.StatusCreated)
		}
		x.contents(r)
		io.WriteString(w, r.Method)
	},
	client: func(x *exchange) {
		x.do(request{method: "POST", body: "body"})
		x.do(request{})
	},
}, {
	Name: "parallel/from-a-goroutine",
	Doc:  "A handler may let another goroutine write, if it waits for it.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		var one sync.WaitGroup
		one.Go(func() {
			w.Header().Set("X-Field", "1")
			io.WriteString(w, "body")
			x.flush(w)
			x.contents(r)
		})
		one.Wait()
		io.WriteString(w, " and more")
	},
}}

// exchangeOf is an exchange for the notes of one answer of many.
func exchangeOf(a *answer) *exchange {
	return &exchange{ctx: a.x.ctx, cfg: a.x.cfg, changed: make(chan struct{}), notes: notes{}}
}
