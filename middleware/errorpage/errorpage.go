package errorpage

import (
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/posted"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// New returns the middleware. It panics if the configuration is wrong; see
// [Config.Validate].
func New(config Config) gangplank.Middleware {
	config = config.withDefaults()
	settings.Check("errorpage", config.Validate())
	p := &page{Config: config, sources: &stack.Sources{Embedded: config.Source, Root: config.SourceDir}}
	p.idle = &trace{page: p}
	p.renderer = p.render
	p.editor, _ = editorURL(config.Editor)
	return func(next http.Handler) http.Handler { // and no method: the list of layers has its name
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) { p.serve(w, r, c, next) })
	}
}

// page is a configured middleware.
type page struct {
	Config
	sources  *stack.Sources
	editor   string
	renderer gangplank.ErrorRenderer
	idle     *trace // that of all requests that have nothing to tell; never changed
	notified notices
	kinds    kinds
}

// serve calls next. A request that does not fail costs no allocation here.
func (p *page) serve(w *gangplank.Writer, r *http.Request, c *gangplank.Context, next http.Handler) {
	outer := traces.Swap(r, p.idle)
	if p.Development {
		p.watch(r, c)
	}
	previous := c.SetErrorRenderer(p.renderer)
	defer p.leave(w, r, c, previous, outer)
	if p.Development {
		heard := hear(r)
		defer posted.GiveBack(r, heard)
		r = heard
	}
	next.ServeHTTP(w, r)
}

// leave runs when the handler has returned or panicked. It must be deferred
// itself: only so can it recover.
func (p *page) leave(w *gangplank.Writer, r *http.Request, c *gangplank.Context, previous gangplank.ErrorRenderer, outer *trace) {
	v := recover()
	if previous != nil { // else ours stays, for what fails when the head goes out, as the storing of a session
		c.SetErrorRenderer(previous)
	}
	if outer != nil { // else it stays, for goroutines that outlive the request
		defer traces.Set(r, outer)
	}
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		// Of the handler's own will, or by gangplank.Fail when the head was out.
		if err := c.Failure(); err != nil && !traces.Get(r).reported(err) && r.Context().Err() == nil {
			p.breakOff(w, r, err)
		}
		panic(v)
	}
	err := &PanicError{Value: v, pcs: carried(c.Failure(), v)}
	if err.pcs == nil {
		err.pcs = stack.Panicking()
	}
	c.SetFailure(err)
	held, _ := w.Held()
	if lost := len(held); w.Reset() {
		ownTrace(r).discarded = lost
		p.render(w, r, err)
		return
	}
	p.breakOff(w, r, err)
	panic(http.ErrAbortHandler)
}

// render is the gangplank.ErrorRenderer.
func (p *page) render(w http.ResponseWriter, r *http.Request, err error) {
	err = gangplank.Finite(err)
	var f *failure
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			panic(v)
		default:
			p.fallBack(w, r, err, f, v)
		}
	}()
	if leftToLimit(r, err) {
		w.WriteHeader(gangplank.StatusOf(err))
		return
	}
	response := "nothing had been sent yet; this page is the whole response"
	if ownTrace(r).discarded > 0 {
		response = "the first part, held back, was replaced by this page"
	}
	f = p.tell(r, err, response)
	f.setHeader(w.Header())
	w.Header().Add("Vary", "Accept")
	if f.shown {
		p.writeReport(w, r, f)
		return
	}
	p.writePage(w, r, f)
}

func (f *failure) setHeader(h http.Header) {
	gangplank.SetErrorHeader(h, f.answer)
	h.Set("X-Content-Type-Options", "nosniff")
	if f.id != "" {
		h.Set("X-Error-Id", f.id)
		h.Set("Cache-Control", "no-store")
	}
}
