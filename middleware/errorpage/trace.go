package errorpage

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// trace is what a request leaves behind for its error page. Most leave nothing,
// and share that of their page.
type trace struct {
	page      *page
	entry     entry
	started   time.Time
	goroutine int // that serves the request; 0 when not in development
	discarded int // bytes that a panic's page replaced

	mu     sync.Mutex
	values []value
	logs   []logRecord
	layers []layer
	told   error // the error that was reported last, and its id
	toldID string
}

type value struct {
	key   string
	value any
}

type logRecord struct {
	slog.Record
	attrs  []slog.Attr // of the logger; the record has its own
	prefix string      // of the groups that these are in
}

type layer struct {
	name   string
	before time.Duration // from the request's start until it was entered
	took   time.Duration // 0: it has not returned
}

var traces = gangplank.NewSlot[*trace]("errorpage")

// watch begins a request in development mode.
func (p *page) watch(r *http.Request, c *gangplank.Context) {
	t := &trace{page: p, entry: entryOf(r, c), started: time.Now(), goroutine: stack.ID()}
	traces.Set(r, t)
	// Logger adds the request id by itself, once more if it were in already.
	id := c.RequestID()
	c.SetRequestID("")
	logger := c.Logger()
	c.SetRequestID(id)
	c.SetLogger(slog.New(&tee{next: logger.Handler(), own: t}))
}

var owning sync.Mutex

// ownTrace returns the request's own trace, made now if it has none.
func ownTrace(r *http.Request) *trace {
	owning.Lock()
	defer owning.Unlock()
	t := traces.Get(r)
	if t == nil { // not inside of a page
		return &trace{}
	}
	if t.page.idle == t {
		t = &trace{page: t.page}
		traces.Set(r, t)
	}
	return t
}

// carrier makes a request that carries nothing but ctx, and so the Context in it.
func carrier(ctx context.Context) *http.Request { return new(http.Request).WithContext(ctx) }

func (t *trace) report(err error, id string) {
	t.mu.Lock()
	t.told, t.toldID = err, id
	t.mu.Unlock()
}

// idOf returns the id under which err, or a cause of it, was reported already. The
// panic of a goroutine for which the handler waits comes by twice; so does what a
// handler returns when its time is up, as a part of middleware.Deadline's error.
func (t *trace) idOf(err error) string {
	if t == nil {
		return ""
	}
	id := ""
	walk(err, func(e error, _ int) {
		if t.reported(e) {
			id = t.toldID
		}
	})
	return id
}

// reported compares as == would if no error were uncomparable.
func (t *trace) reported(err error) (same bool) {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	defer func() {
		if recover() != nil {
			same = t.told != nil && gangplank.ErrorText(t.told) == gangplank.ErrorText(err)
		}
	}()
	return t.told == err
}

// With notes a value for the error page of this request, if there will be one:
// values of variables, which cgitb found out by itself, a Go program has to
// state. The value is formatted only then, so it must not change any more: as %+v
// does, but with pointers followed, bytes that are text as text, and a
// slog.LogValuer as it is logged; it is masked like everything else. A ctx that is
// not of a request inside [New] is ignored.
//
//	errorpage.With(r.Context(), "page", name)
func With(ctx context.Context, key string, v any) {
	t := ownTrace(carrier(ctx))
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.values {
		if t.values[i].key == key {
			t.values[i].value = v
			return
		}
	}
	if len(t.values) < maxValues {
		t.values = append(t.values, value{key, v})
	}
}

// What one request can have noted.
const (
	maxValues = 100
	maxLogs   = 100
	maxLayers = 100
)

// Probe is a layer that notes when the one inside it was entered and left, for
// the page's list of layers. It is made for gangplank.Router.Around and
// gangplank.Chain.Around:
//
//	r.Around(errorpage.Probe)
//	r.Use(errorpage.New(errorpage.Config{}), a, b, c)
//
// Layers outside of the page are not timed. Outside of development mode it only
// calls the next handler.
func Probe(l gangplank.Layer) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		inner := l.Middleware(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			t := traces.Get(r)
			if t == nil || t.started.IsZero() {
				inner.ServeHTTP(w, r)
				return
			}
			done := t.enter(l.Name)
			defer done()
			inner.ServeHTTP(w, r)
		})
	}
}

func (t *trace) enter(name string) (done func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := len(t.layers)
	if at >= maxLayers {
		return func() {}
	}
	before := time.Since(t.started)
	t.layers = append(t.layers, layer{name: name, before: before})
	return func() {
		t.mu.Lock()
		t.layers[at].took = time.Since(t.started) - before
		t.mu.Unlock()
	}
}
