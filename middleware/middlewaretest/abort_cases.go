package middlewaretest

import (
	"context"
	"io"
	"net/http"
)

// The client goes away.
var abortCases = []Case{{
	Name: "abort/silent",
	Doc:  "When the client goes away the context is cancelled, though the handler neither reads nor writes.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		x.signal("running")
		x.awaitCancel(r)
	},
	client: goingAway(request{}),
}, {
	Name: "abort/after-body",
	Doc:  "Also after the request's body has been read.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		io.Copy(io.Discard, r.Body)
		x.signal("running")
		x.awaitCancel(r)
	},
	client: goingAway(request{method: "POST", body: "body"}),
}, {
	Name: "abort/streaming",
	Doc:  "A handler that writes to a client that has gone finds out by its context or by an error.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		rc := http.NewResponseController(w)
		for r.Context().Err() == nil && x.ctx.Err() == nil {
			if _, err := w.Write(pattern(8 << 10)); err != nil {
				return
			}
			rc.Flush()
			x.signal("running")
		}
		if x.ctx.Err() != nil {
			x.note("the end", "not noticed")
		}
	},
	client: goingAway(request{}),
}}

func goingAway(req request) func(x *exchange) {
	return func(x *exchange) {
		ctx, cancel := context.WithCancel(x.ctx)
		defer cancel()
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			a := x.sendWith(ctx, req)
			if a.err == nil {
				<-ctx.Done()
				a.res.Body.Close()
			}
		}()
		x.wait("running")
		cancel()
		<-gone
	}
}

func (x *exchange) awaitCancel(r *http.Request) {
	select {
	case <-r.Context().Done():
		x.call("context", r.Context().Err())
	case <-x.ctx.Done():
		x.note("context", "not cancelled")
	}
}

// panicCases are the ways to panic, at several points of the answer.
func panicCases() []Case {
	var cases []Case
	points := []struct {
		name, doc string
		sent      bool
		before    func(w http.ResponseWriter)
	}{
		{"nothing", "before anything", false, func(w http.ResponseWriter) {}},
		{"field", "after a field was set", false, func(w http.ResponseWriter) { w.Header().Set("X-Field", "1") }},
		{"status", "after the status", false, func(w http.ResponseWriter) { w.WriteHeader(http.StatusAccepted) }},
		{"held", "after a few bytes, which nobody has flushed", false, func(w http.ResponseWriter) { io.WriteString(w, "a few bytes") }},
		{"sent", "after much of the answer was sent", true, func(w http.ResponseWriter) {
			w.Write(pattern(large))
			http.NewResponseController(w).Flush()
		}},
		{"flushed", "after a part of the answer was flushed", true, func(w http.ResponseWriter) {
			io.WriteString(w, "a part")
			http.NewResponseController(w).Flush()
		}},
	}
	for _, p := range points {
		early := panicsEarly
		if p.sent {
			early = panicsLate
		}
		cases = append(cases, Case{
			Name:   "panic/" + p.name,
			Doc:    "A panic " + p.doc + ": it goes up as it is, and the client must not take the answer for a complete one.",
			panics: early,
			handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
				p.before(w)
				panic(&panicValue{x})
			},
		}, Case{
			Name:   "panic/abort-" + p.name,
			Doc:    "http.ErrAbortHandler " + p.doc + ": it goes up as it is, and ends the answer as broken.",
			panics: aborts,
			handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
				p.before(w)
				panic(http.ErrAbortHandler)
			},
		})
	}
	return cases
}
