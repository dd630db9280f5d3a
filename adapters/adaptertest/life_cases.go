package adaptertest

import (
	"context"
	"io"
	"net/http"
)

// The life of a request, and what outlives it.
var lifeCases = []Case{{
	Name: "life/not-cancelled",
	Doc:  "The context is not cancelled while the handler runs: not by the end of the body, not by the end of the answer.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.wantsError("at the start", r.Context().Err(), nil)
		io.Copy(io.Discard, r.Body)
		p.wantsError("after the body", r.Context().Err(), nil)
		w.Header().Set("Content-Length", "4")
		io.WriteString(w, "body")
		http.NewResponseController(w).Flush()
		p.wantsError("after the answer", r.Context().Err(), nil)
	},
	request: request{method: "POST", pattern: 10_000},
	want:    want{body: "body"},
}, {
	Name:   "life/cancelled-after",
	Doc:    "It is cancelled when the handler has returned (http.Request.Context).",
	except: []Difference{ProcessPerRequest},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.afterwards(func() {
			if p.awaitEnd(r.Context()) != nil {
				p.tell("cancelled", r.Context().Err())
			}
		})
		io.WriteString(w, "body")
	},
	want:  want{body: "body"},
	facts: facts{"cancelled": context.Canceled.Error()},
}, {
	Name:   "life/request-outlives",
	Doc:    "A goroutine that outlives its request still reads its own request, whatever the server has answered since.",
	except: []Difference{ProcessPerRequest},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		io.Copy(io.Discard, r.Body)
		p.afterwards(func() {
			// Unasked, the look would not be ordered after what a faulty server has written into the request.
			if !p.wait("look") {
				return
			}
			p.tell("path", r.URL.Path)
			p.tell("uri", r.RequestURI)
			p.tell("field", r.Header.Get("X-Mine"))
		})
	},
	check: func(x *exchange) {
		k := x.start(request{method: "POST", target: "/alice?q", pattern: 10_000, header: http.Header{"X-Mine": {"alice's"}}})
		k.hear("returned")
		if !k.head() {
			return
		}
		k.readAll()
		for range 20 {
			x.start(request{method: "POST", target: "/mallory?z", pattern: 10_000, header: http.Header{"X-Mine": {"mallory's"}}}).readAll()
		}
		k.let("look")
		k.report()
		k.expectFacts(facts{"path": "/alice", "uri": "{mount}/alice?q", "field": "alice's"})
	},
}, {
	Name:   "life/body-after",
	Doc:    "Reading the body after the handler has returned gives an error, never the bytes of another request.",
	except: []Difference{ProcessPerRequest},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		io.ReadFull(r.Body, make([]byte, 1)) // so that the rest has come, and a faulty server has it at hand
		p.afterwards(func() {
			p.wait("look")
			if n, err := io.Copy(io.Discard, r.Body); err == nil || n > 0 {
				p.errorf("got %d bytes, %v, want 0 and an error", n, err)
			}
		})
		io.WriteString(w, "early")
	},
	check: func(x *exchange) {
		k := x.start(request{method: "POST", pattern: 10_000})
		k.hear("returned")
		k.readAll()
		x.askOn()
		k.let("look")
		k.finish()
		k.expect(want{body: "early"})
	},
}, {
	Name: "life/keep-alive",
	Doc:  "100 requests, one after the other, each with its own answer.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		io.WriteString(w, r.URL.Query().Get("n")+" "+sumOf(r.Body))
	},
	check: func(x *exchange) {
		for i := range 100 {
			x.do(numbered(i)).expect(numberedAnswer(i))
		}
	},
}}
