package gangplank

import (
	"mime/multipart"
	"net/http"
)

// Attach gives middleware the request's [Context] and the response's [Writer].
//
// When r carries a Context and w is a Writer of it, Attach returns its
// arguments and allocates nothing. When r carries none, it attaches one: a
// single allocation for Context, Writer and the copy of the request. When r
// carries one but somebody else's wrapper stands in between, a second Writer
// goes around w, so that hooks and transforms act at their own place in the
// chain and not above the wrapper.
//
// Whoever calls Attach owes a call of [Writer.Finish] with the w it was given,
// on every return but not on a panic; [AttachedFunc] does both.
func Attach(w http.ResponseWriter, r *http.Request) (*Writer, *http.Request, *Context) {
	c := attached(r)
	if c == nil {
		a := new(attachment)
		a.facts = &a.ownFacts
		a.attach(r)
		a.w.init(&a.Context, &a.req, w)
		return &a.w, &a.req, &a.Context
	}
	if gw, ok := w.(*Writer); ok && gw.c == c {
		return gw, r, c
	}
	gw := new(Writer)
	gw.init(c, r, w)
	return gw, r, c
}

// AttachTo is Attach for a layer that puts a writer of its own between, and has a
// zero Writer to go around it in its own allocation: the handler inside gets w.
// r must carry a Context. If under has a method Sealed() error, as where a time
// limit ends the handler's access, each write asks it first, since what is held back
// would reach it only later. So does [Fail], with the Context locked.
func AttachTo(w *Writer, under http.ResponseWriter, r *http.Request) {
	w.init(attached(r), r, under)
	_, w.sealable = under.(sealer)
}

// keepForm is called when a handler has returned, with the request that it got,
// which may be a copy that a layer has made: the temporary files of a multipart form
// go with the request that is ours, as net/http removes those of its own only.
func (c *Context) keepForm(r *http.Request) {
	if r.MultipartForm != nil && r != &c.req {
		c.keepOthersForm(r)
	}
}

func (c *Context) keepOthersForm(r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.req.MultipartForm == nil {
		c.req.MultipartForm = r.MultipartForm
	}
}

// keptForm takes the lock because a handler that has outlived a time limit may keep
// one at any time.
func (c *Context) keptForm() *multipart.Form {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.req.MultipartForm
}

// AttachedFunc is an http.Handler whose request is attached before it is called
// and whose response is finished after it returned: the form in which
// middleware is written.
type AttachedFunc func(w *Writer, r *http.Request, c *Context)

// ServeHTTP attaches, calls f, and finishes what it attached.
func (f AttachedFunc) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	gw, req, c := Attach(w, r)
	f(gw, req, c)
	c.keepForm(req)
	if w != http.ResponseWriter(gw) {
		gw.conclude(w)
	}
	if req != r {
		r.MultipartForm = c.keptForm() // whose files the server removes
	}
}

// From returns the request's Context. It is never nil: with nothing attached it
// is a detached one, which knows the request's own facts, and whose setters do
// nothing. From changes nothing, so it may be called from any goroutine.
func From(r *http.Request) *Context {
	if c := attached(r); c != nil {
		return c
	}
	return &Context{subject: r, facts: &noFacts}
}

// attachment is all that a request gets, in one allocation.
type attachment struct {
	Context
	ownFacts facts
	w        Writer
}

// attach makes c the Context of a copy of r.
func (c *Context) attach(r *http.Request) {
	c.life.owner, c.life.parent = c, r.Context()
	// WithContext is the only way to set a request's context. Inlined, its copy
	// stays on the stack and c.req is the only one there is.
	c.req = *r.WithContext(&c.life)
	c.subject = &c.req
}

// attached finds the Context that r carries, or nil.
func attached(r *http.Request) *Context {
	ctx := r.Context()
	if life, ok := ctx.(*requestContext); ok {
		return life.owner
	}
	c, _ := ctx.Value(contextKey{}).(*Context)
	return c
}

type contextKey struct{}
