package lint

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/gangplank-web/gangplank"
)

// place is where a probe stands.
type place struct {
	report          func(Finding)
	inside, outside string // the names of its neighbours
	first           bool   // the outermost of its chain
}

// around puts the probe around next.
func (p place) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, r := p.visit(w, r)
		defer v.leave()
		next.ServeHTTP(v.w, r)
		v.returned()
	})
}

// A trace is what the probes of one request know together.
type trace struct {
	mu    sync.Mutex
	last  *visit             // the innermost one that has not been left
	known map[[2]string]bool // rule and detail: the innermost to see it has told
}

type traceKey struct{}

// A visit is one passing of a request through one probe.
type visit struct {
	place
	trace  *trace
	outer  *visit // nil for the first
	w      *writer
	req    *http.Request
	before string // the request as it came

	ended  bool
	broken *visit // the inner one that ended with a panic, and
	late   bool   // whether the head was out by then
	value  any    // of the panic with which this one ended
}

func (p place) visit(w http.ResponseWriter, r *http.Request) (*visit, *http.Request) {
	t, ok := r.Context().Value(traceKey{}).(*trace)
	if !ok {
		t = &trace{known: make(map[[2]string]bool)}
		ctx := context.WithValue(r.Context(), traceKey{}, t)
		r = r.WithContext(gangplank.WatchDetached(ctx, t.setInVain))
	}
	v := &visit{place: p, trace: t, req: r, before: describe(r)}
	v.w = &writer{ResponseWriter: w, v: v, declared: -1}
	if !ok && r.Body != nil && r.Body != http.NoBody {
		r.Body = &body{r.Body, v} // the request is a copy of ours
	}
	t.mu.Lock()
	if v.outer, t.last = t.last, v; v.outer != nil {
		v.outside = v.outer.inside
	}
	t.mu.Unlock()
	if !ok && !p.first {
		v.tell(ContextLost, p.outside, "the request's context no longer has the values of the layers outside")
	}
	return v, r
}

// setInVain is told of setters of a detached Context.
func (t *trace) setInVain(setter string) {
	t.mu.Lock()
	v := t.last
	t.mu.Unlock()
	if v != nil {
		v.tell(SetDetached, v.inside, "%s of a detached Context, by %s: nothing around has attached the request", setter, caller())
	}
}

// tell reports a broken rule, unless a probe further inside has done so: calls
// come from inside, so the first to see a fault stands next to the layer that
// made it.
func (v *visit) tell(rule Rule, layer, format string, args ...any) {
	f := Finding{rule, layer, fmt.Sprintf(format, args...), v.req.Method, v.req.RequestURI}
	key := [2]string{string(rule), f.Detail}
	if rule == WrongLength { // what is cut off inside is too short outside
		key[1] = ""
	}
	v.trace.mu.Lock()
	told := v.trace.known[key]
	v.trace.known[key] = true
	v.trace.mu.Unlock()
	if !told {
		v.report(f)
	}
}

// returned looks at what can only be told at the end.
func (v *visit) returned() {
	v.w.end()
	if after := describe(v.req); after != v.before {
		v.tell(RequestModified, v.inside, "%s", difference(v.before, after))
	}
	inner := v.broken
	switch {
	case inner == nil:
	case inner.value == http.ErrAbortHandler:
		v.tell(AbortSwallowed, v.inside, "http.ErrAbortHandler did not go up: the answer that was to break off looks complete")
	case v.late:
		v.tell(PanicHidden, v.inside, "a panic after the head was sent did not go up: the answer looks complete")
	}
}

// leave ends the visit. What panics goes on as it was; its stack stays below.
func (v *visit) leave() {
	v.value = recover()
	v.w.close()
	v.trace.mu.Lock()
	v.ended = true
	for v.trace.last != nil && v.trace.last.ended {
		v.trace.last = v.trace.last.outer
	}
	v.trace.mu.Unlock()
	if v.value == nil {
		return
	}
	if v.outer != nil {
		v.outer.broken, v.outer.late = v, v.outer.w.isOut()
	}
	panic(v.value)
}
