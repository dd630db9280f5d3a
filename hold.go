package gangplank

import (
	"maps"
	"net/http"
	"slices"
	"sync"
)

// heldBack is what a Writer has not let out yet: the beginning of the body, and
// the header as it was at WriteHeader. It is pooled; only the Writer ever
// reaches it, and everything that goes in or out is copied.
type heldBack struct {
	body  []byte
	shown bool // to a hook, which may have kept it: not to be pooled

	snapshot bool
	names    []string // in no order
	ends     []int    // ends[i] is where the values of names[i] end
	values   []string
}

var heldPool = sync.Pool{New: func() any {
	return &heldBack{body: make([]byte, 0, defaultHold), names: make([]string, 0, 16), ends: make([]int, 0, 16), values: make([]string, 0, 16)}
}}

// hold returns what is held back, taking it from the pool at first.
func (w *Writer) hold() *heldBack {
	if w.held == nil {
		w.held = heldPool.Get().(*heldBack)
	}
	return w.held
}

// release gives it back. Nothing of the request stays in the pool.
func (w *Writer) release() {
	b := w.held
	if b == nil {
		return
	}
	w.held = nil
	b.reset()
	if cap(b.body) <= maxHold && !b.shown {
		heldPool.Put(b)
	}
}

func (b *heldBack) len() int {
	if b == nil {
		return 0
	}
	return len(b.body)
}

func (b *heldBack) reset() {
	if b != nil {
		b.body = b.body[:0]
		b.forget()
	}
}

// forget drops the snapshot and its references.
func (b *heldBack) forget() {
	clear(b.names)
	clear(b.values)
	b.names, b.ends, b.values, b.snapshot = b.names[:0], b.ends[:0], b.values[:0], false
}

// grow makes room in body, doubling up to limit.
func (b *heldBack) grow(limit int) {
	if n := len(b.body); n == cap(b.body) {
		b.body = slices.Grow(b.body, min(max(n, defaultHold), limit-n))
	}
}

// holdHeader snapshots the header. Cloning the map would cost an allocation a
// field in every response; instead its strings are noted, and in the usual case,
// where nobody touches the map between WriteHeader and the head's going out, the
// map itself is sent.
func (w *Writer) holdHeader() {
	b := w.hold()
	b.snapshot = true
	for name, values := range w.Header() {
		b.names = append(b.names, name)
		b.values = append(b.values, values...)
		b.ends = append(b.ends, len(b.values))
	}
}

// restore makes h what it was at WriteHeader, and returns the fields that were
// set since: what is sent must not show them, but trailers are set just so, and
// belong back into the map once the head is out. The others stay as the hooks
// leave them, for a wrapper below that reads the map only later.
func (b *heldBack) restore(h http.Header) (late http.Header) {
	if b == nil || !b.snapshot {
		return nil
	}
	defer b.forget()
	if b.same(h) {
		return nil
	}
	late = maps.Clone(h)
	clear(h)
	for name, values := range b.fields {
		if slices.Equal(late[name], values) {
			delete(late, name)
		}
		h[name] = slices.Clone(values)
	}
	return late
}

func (b *heldBack) same(h http.Header) bool {
	if len(h) != len(b.names) {
		return false
	}
	for name, values := range b.fields {
		if now, ok := h[name]; !ok || !slices.Equal(now, values) {
			return false
		}
	}
	return true
}

// fields yields the snapshot.
func (b *heldBack) fields(yield func(string, []string) bool) {
	start := 0
	for i, name := range b.names {
		if !yield(name, b.values[start:b.ends[i]:b.ends[i]]) {
			return
		}
		start = b.ends[i]
	}
}
