package adaptertest

import (
	"fmt"
	"io"
	"net/http"
	"sync"
)

// Requests at the same time.
var parallelCases = []Case{{
	Name: "parallel/own-answers",
	Doc:  "50 requests at once, each with its own path, fields and body; none gets another's (F1).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.wants("X-N", r.Header.Get("X-N"), r.URL.Query().Get("n"))
		body := sumOf(r.Body)
		w.Header().Set("X-N", r.Header.Get("X-N"))
		io.WriteString(w, r.URL.Query().Get("n")+" ")
		http.NewResponseController(w).Flush()
		io.WriteString(w, body)
	},
	check: func(x *exchange) {
		var group sync.WaitGroup
		for i := range 50 {
			group.Go(func() {
				w := numberedAnswer(i)
				w.header = map[string]string{"X-N": fmt.Sprint(i)}
				x.do(numbered(i)).expect(w)
			})
		}
		group.Wait()
	},
}, {
	Name: "parallel/no-queue",
	Doc:  "A handler that waits does not hold up other requests.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.tell("running", true)
		p.wait("go on")
		io.WriteString(w, r.URL.Path)
	},
	check: func(x *exchange) {
		slow, fast := x.start(request{target: "/slow"}), x.start(request{target: "/fast"})
		slow.hear("running")
		fast.let("go on")
		fast.finish()
		fast.expect(want{body: "/fast"})
		slow.let("go on")
		slow.finish()
		slow.expect(want{body: "/slow"})
	},
}}

// numbered is a request like no other of its kind.
func numbered(i int) request {
	return request{
		method: "POST", target: fmt.Sprint("/numbered?n=", i), pattern: 1000*i + 1,
		header: http.Header{"X-N": {fmt.Sprint(i)}},
	}
}

func numberedAnswer(i int) want {
	return want{body: fmt.Sprint(i, " ", sumOfPattern(1000*i+1))}
}
