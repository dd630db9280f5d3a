package adaptertest

import (
	"errors"
	"io"
	"net/http"
)

// The client goes away, or the handler gives up.
var abortCases = []Case{{
	Name:   "abort/silent",
	Doc:    "When the client goes away the context is cancelled, though the handler neither reads nor writes (F6).",
	except: []Difference{NoAbort},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.tell("running", true)
		awaitCancel(r, p)
	},
	check: func(x *exchange) {
		k := x.start(request{})
		k.hear("running")
		k.abort()
		k.report()
	},
}, {
	Name:   "abort/after-body",
	Doc:    "Also after the request's body has been read.",
	except: []Difference{NoAbort},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		io.Copy(io.Discard, r.Body)
		p.tell("running", true)
		awaitCancel(r, p)
	},
	check: func(x *exchange) {
		k := x.start(request{method: "POST", pattern: 10_000})
		k.hear("running")
		k.abort()
		k.report()
	},
}, {
	Name:   "abort/streaming",
	Doc:    "A handler that writes to a client that has gone finds out by its context or by Write's error.",
	except: []Difference{FrontBuffersAnswer},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		rc := http.NewResponseController(w)
		for r.Context().Err() == nil {
			if _, err := w.Write(pattern(8 << 10)); err != nil {
				return
			}
			if rc.Flush() != nil {
				return
			}
			if p.hungUp() {
				p.errorf("wrote on until the check gave up")
				return
			}
		}
	},
	check: func(x *exchange) {
		k := x.start(request{})
		if !k.head() {
			return
		}
		k.read(8 << 10)
		k.abort()
		k.report()
	},
}, {
	Name:   "abort/in-body",
	Doc:    "A client that goes away within its body: Read fails, the context is cancelled.",
	except: []Difference{FrontBuffersBody, NoAbort},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		io.ReadFull(r.Body, make([]byte, 1000))
		p.tell("running", true)
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			p.errorf("Read: got no error")
		}
		awaitCancel(r, p)
	},
	check: func(x *exchange) {
		body, send := x.pipe()
		k := x.start(request{method: "POST", stream: body, length: 2000})
		send.Write(pattern(1000))
		k.hear("running")
		k.abort()
		send.CloseWithError(errors.New("the client has gone"))
		k.report()
	},
}}

// awaitCancel waits for the context, or until the check has given up.
func awaitCancel(r *http.Request, p *probe) {
	if err := p.awaitEnd(r.Context()); err == nil {
		p.errorf("the context was not cancelled")
	}
}

// Panics. What net/http does is to close the connection; a 500 is as good as
// long as nothing has been sent. The server goes on: the echo after each case
// sees to that.
var panicCases = []Case{
	panicCase("abort-handler", "http.ErrAbortHandler before any byte.", http.ErrAbortHandler, 0, false),
	panicCase("abort-handler-late", "http.ErrAbortHandler after a part of the answer.", http.ErrAbortHandler, 100_000, true),
	panicCase("early", "A panic before any byte (F3, Plack: app dies).", "a panic of the table's", 0, false),
	panicCase("held-back", "A panic after a few bytes that were not flushed.", "a panic of the table's", 10, false),
	panicCase("late", "A panic after a part of the answer.", "a panic of the table's", 100_000, true),
	panicCase("error", "A panic with an error.", errors.New("a panic of the table's"), 0, false),
	{
		Name:    "panic/unread-body",
		Doc:     "A panic with the body unread.",
		handler: func(w http.ResponseWriter, r *http.Request, p *probe) { panic("a panic of the table's") },
		request: request{method: "POST", pattern: 100_000},
		want:    want{broken: true},
	},
	{
		Name: "panic/recovered",
		Doc:  "A panic that middleware recovers from is none.",
		handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
			defer func() {
				recover()
				http.Error(w, "recovered", http.StatusInternalServerError)
			}()
			panic("a panic of the table's")
		},
		want: want{status: http.StatusInternalServerError, body: "recovered\n"},
	},
}

func panicCase(name, doc string, value any, after int, flush bool) Case {
	return Case{
		Name: "panic/" + name,
		Doc:  doc + " The client must not take the answer for a complete one.",
		handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
			if after > 0 {
				w.Write(pattern(after))
			}
			if flush {
				http.NewResponseController(w).Flush()
			}
			panic(value)
		},
		want: want{broken: true},
	}
}
