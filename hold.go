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
	fields   []heldField // of the header at WriteHeader, in no order
	more     []string    // their values but for the first of each
}

// heldField is one field of the snapshot.
type heldField struct {
	name, first string
	n           int // of values: the others are the next n-1 of more
}

var heldPool = sync.Pool{New: func() any {
	return &heldBack{body: make([]byte, 0, defaultHold), fields: make([]heldField, 0, 16), more: make([]string, 0, 16)}
}}

// maxPooledFields is how many fields and values a pooled snapshot has room for.
const maxPooledFields = 256

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
	if cap(b.body) <= maxHold && cap(b.fields)+cap(b.more) <= maxPooledFields && !b.shown {
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
	clear(b.fields)
	clear(b.more)
	b.fields, b.more, b.snapshot = b.fields[:0], b.more[:0], false
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
		f := heldField{name: name, n: len(values)}
		if f.n > 0 {
			f.first = values[0]
			b.more = append(b.more, values[1:]...)
		}
		b.fields = append(b.fields, f)
		w.trailers = w.trailers || isTrailer(name)
	}
}

// restoreHeader makes h what it was at WriteHeader, and returns the fields that
// were set since: what is sent must not show them, but trailers are set just so, and
// belong back into the map once the head is out. The others stay as the hooks
// leave them, for a wrapper below that reads the map only later.
func (w *Writer) restoreHeader(h http.Header) (late http.Header) {
	if w.held == nil || !w.held.snapshot {
		return nil
	}
	defer w.held.forget()
	if w.held.same(h) {
		return nil
	}
	late = maps.Clone(h)
	w.held.restore(h, late)
	w.keepTrailers(h, late)
	return late
}

// restore makes h the snapshot, and takes out of late what is in it.
func (b *heldBack) restore(h, late http.Header) {
	clear(h)
	more := b.more
	for _, f := range b.fields {
		var values []string
		values, more = f.values(more)
		switch now, kept := late[f.name]; {
		case !kept:
			late[f.name] = nil // a trailer that was taken back
		case slices.Equal(now, values):
			delete(late, f.name)
		}
		h[f.name] = values
	}
}

func (b *heldBack) same(h http.Header) bool {
	if len(h) != len(b.fields) {
		return false
	}
	more := b.more
	for _, f := range b.fields {
		now, ok := h[f.name]
		if !ok || len(now) != f.n {
			return false
		}
		if f.n > 0 {
			if now[0] != f.first || !slices.Equal(now[1:], more[:f.n-1]) {
				return false
			}
			more = more[f.n-1:]
		}
	}
	return true
}

// values returns f's values in a slice of their own, and the rest of more.
func (f *heldField) values(more []string) (values, rest []string) {
	if f.n == 0 {
		return nil, more
	}
	values = append(make([]string, 0, f.n), f.first)
	return append(values, more[:f.n-1]...), more[f.n-1:]
}
