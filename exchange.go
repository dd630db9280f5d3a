package gangplank

import (
	"context"
	"net/http"
)

// Exchange is what an adapter embeds, by value, in the object that holds its own
// state of one request and response: Context, Writer, request and cancellation
// without an allocation of their own, and the request is never copied.
//
//	type exchange struct {
//		gangplank.Exchange
//		... // and the methods of http.ResponseWriter
//	}
//
//	x := new(exchange)
//	w, r := x.Init(connContext, x)
//	r.Method, r.URL, ... = ...
//	x.SetGateway(&x.gateway)
//	handler.ServeHTTP(w, r) // if it panics: w.Reset and an answer of one's own, or break off
//	w.Finish(x)
//	x.Cancel(nil)
type Exchange struct {
	Context
	ownFacts     facts
	w            Writer
	cancellation cancellation
}

// Init prepares x for one exchange and returns the Writer around under, and the
// empty request for the adapter to fill in, field by field. It is called on a
// zero Exchange, once: one that a handler has seen is never used again.
//
// parent gives the request's context its values and deadline. Its cancellation
// is x's own: the adapter calls [Exchange.Cancel] when the client goes, when the
// connection or the server ends, and when the handler has returned. An adapter to
// which the watch for a cancellation has a price gives parent a method
// CancelAsked(), which is called whenever the request's context is asked for its
// cancellation, by Done, Err or context.AfterFunc: it can begin the watch there.
//
// under gets only calls that make sense: WriteHeader with a 1xx status any
// number of times, with the final status once and with the header complete, then
// Write; no body where none is allowed. Its Header must always return the same
// map. FlushError, ReadFrom, Hijack, EnableFullDuplex and the deadlines are
// passed on where it has them.
func (x *Exchange) Init(parent context.Context, under http.ResponseWriter) (*Writer, *http.Request) {
	c := &x.Context
	c.facts = &x.ownFacts
	c.life.owner, c.life.parent, c.life.own = c, parent, &x.cancellation
	c.req = *new(http.Request).WithContext(&c.life)
	c.subject = &c.req
	x.w.init(c, &c.req, under)
	return &x.w, &c.req
}

// Cancel cancels the request's context. Only the first call counts. cause says
// why, for [Context.Cause]; nil means that the handler has returned: whatever the
// calls before it, the temporary files of a multipart form are then removed.
func (x *Exchange) Cancel(cause error) {
	x.cancellation.cancel(cause)
	if cause == nil {
		if form := x.keptForm(); form != nil {
			_ = form.RemoveAll() // as net/http, which has nobody to tell either
		}
	}
}

// Writer returns the Writer that Init returned.
func (x *Exchange) Writer() *Writer { return &x.w }

// Request returns the request that Init returned.
func (x *Exchange) Request() *http.Request { return &x.req }
