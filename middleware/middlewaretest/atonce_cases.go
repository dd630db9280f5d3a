package middlewaretest

import (
	"net/http"
	"sync"
)

// Requests that need each other: behind a lock that is held around the next
// handler they never meet.
var atOnceCases = []Case{{
	Name: "parallel/at-once",
	Doc:  "A handler is called while another runs, and may wait for it (http.Server serves each in its own goroutine).",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		own, other := r.URL.Query().Get("own"), r.URL.Query().Get("other")
		x.signal(own)
		x.wait(other)
	},
	client: func(x *exchange) {
		var both sync.WaitGroup
		both.Go(func() { x.do(request{target: "/?own=first&other=second"}) })
		both.Go(func() { x.do(request{target: "/?own=second&other=first"}) })
		both.Wait()
	},
}}
