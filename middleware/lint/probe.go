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
		v := p.visit(w, r)
		defer v.leave()
		next.ServeHTTP(v.w, v.req)
		v.returned()
	})
}

// A trace is what the probes of one request know together.
type trace struct {
	first *visit
	mu    sync.Mutex
	last  *visit               // the innermost one that has not been left
	known map[[2]string]bool   // rule and detail: the innermost to see it has told
	early map[[2]string]string // the same: the layer that did it before it called the next
}

type traceKey struct{}

// A visit is one passing of a request through one probe.
type visit struct {
	place
	trace  *trace
	outer  *visit // nil for the first
	w      *writer
	given  *http.Request
	req    *http.Request // the same, or a copy
	before string        // the request as it came
	put    []*body       // by the layer inside, which is to close them

	ended  bool
	broken *visit // the inner one that ended with a panic, and
	late   bool   // whether the head was out by then
	value  any    // of the panic with which this one ended
}

func (p place) visit(w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{place: p, given: r, req: r, before: describe(r)}
	v.w = &writer{ResponseWriter: w, v: v, declared: -1}
	known := v.join()
	v.trace.mu.Lock()
	if v.outer, v.trace.last = v.trace.last, v; v.outer != nil {
		v.outside = v.outer.inside
	}
	v.watch()
	v.trace.mu.Unlock()
	v.checkEarly()
	if !known && !p.first {
		v.tell(ContextLost, p.outside, "the request's context no longer has the values of the layers outside")
	}
	return v
}

// join finds the trace in the request's context, or begins one there.
func (v *visit) join() (known bool) {
	ctx := v.req.Context()
	if v.trace, known = ctx.Value(traceKey{}).(*trace); known {
		return true
	}
	v.trace = &trace{first: v, known: make(map[[2]string]bool)}
	ctx = context.WithValue(ctx, traceKey{}, v.trace)
	v.req = v.req.WithContext(gangplank.WatchDetached(ctx, v.trace.setInVain))
	return false
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
	if rule == WrongLength || rule == ReadAfterReturn { // what is cut off inside is too short outside, and one body is read through another
		key[1] = ""
	}
	v.trace.mu.Lock()
	told := v.trace.known[key]
	v.trace.known[key] = true
	if earlier, ok := v.trace.early[key]; ok {
		f.Layer = earlier
	}
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
	v.checkBodies()
	inner := v.broken
	switch {
	case inner == nil:
	case inner.value == http.ErrAbortHandler:
		v.tell(AbortSwallowed, v.inside, "http.ErrAbortHandler did not go up: the answer that was to break off looks complete")
	case v.late:
		v.tell(PanicHidden, v.inside, "a panic after the head was sent did not go up: the answer looks complete")
	}
}

func (v *visit) hasEnded() bool {
	v.trace.mu.Lock()
	defer v.trace.mu.Unlock()
	return v.ended
}

// leave ends the visit. What panics goes on as it was; its stack stays below.
func (v *visit) leave() {
	v.value = recover()
	v.giveBack()
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
