package bench_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/cors"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/session"
)

func gangplankSite(got func(string)) http.Handler {
	m := gangplank.New()
	for _, route := range siteRoutes {
		h := func(http.ResponseWriter, *http.Request) {}
		if route == paramRoute {
			h = func(_ http.ResponseWriter, r *http.Request) { got(r.PathValue("name")) }
		}
		m.Get(route, h)
	}
	return m
}

// benchmarkAttached routes requests that come from an adapter of ours, and so carry their Context already.
func benchmarkAttached(b *testing.B, path, param string) {
	var got string
	h := gangplankSite(func(name string) { got = name })
	ahead := attachedAhead{under: newResponse(), like: httptest.NewRequest("GET", path, nil)}
	b.ReportAllocs()
	for b.Loop() {
		a := ahead.next()
		h.ServeHTTP(a.w, a.r)
	}
	ahead.report(b)
	if got != param {
		b.Errorf("parameter %q, want %q", got, param)
	}
}

// attachedAhead makes attached requests. An Exchange serves one request only, so they are made ahead, a batch at a time, in time
// that does not count, and where the last batch was, so that making them leaves nothing for the garbage collector to do. A batch
// fits into the processor's nearest cache, where what an adapter has just read is as well.
type attachedAhead struct {
	under  http.ResponseWriter
	like   *http.Request
	batch  [16]attached
	left   int
	making time.Duration
}

func (m *attachedAhead) next() *attached {
	if m.left == 0 {
		start := time.Now()
		for i := range m.batch {
			m.batch[i].make(m.under, m.like)
		}
		m.left = len(m.batch)
		m.making += time.Since(start)
	}
	m.left--
	return &m.batch[m.left]
}

// report takes the making out of what b has measured. To stop the timer for it would stop all goroutines each time, which the
// requests that follow pay for: the memory statistics are read then.
func (m *attachedAhead) report(b *testing.B) {
	b.ReportMetric(float64((b.Elapsed()-m.making).Nanoseconds())/float64(b.N), "ns/op")
}

// serveLoop is what a benchmark measures: h serves r again and again. attached says that its requests come from an adapter of ours.
func serveLoop(b *testing.B, h http.Handler, w sink, r *http.Request, attached bool) {
	b.ReportAllocs()
	if !attached {
		for b.Loop() {
			w.reset()
			h.ServeHTTP(w, r)
		}
		return
	}
	ahead := attachedAhead{under: w, like: r}
	for b.Loop() {
		a := ahead.next()
		w.reset()
		h.ServeHTTP(a.w, a.r)
		a.w.Finish(w)
	}
	ahead.report(b)
}

// A sink is a response that is used again.
type sink interface {
	http.ResponseWriter
	reset()
}

// attached is what an adapter keeps of a request, and no more.
type attached struct {
	x gangplank.Exchange
	w *gangplank.Writer
	r *http.Request
}

func (a *attached) make(under http.ResponseWriter, like *http.Request) {
	*a = attached{}
	a.w, a.r = a.x.Init(context.Background(), under)
	fill(a.r, like)
}

// BenchmarkRouterInit is what the attached rows leave out: making the Exchange with its request, as an adapter does.
func BenchmarkRouterInit(b *testing.B) {
	under, like := newResponse(), httptest.NewRequest("GET", "/", nil)
	b.ReportAllocs()
	for b.Loop() {
		x := new(gangplank.Exchange)
		w, r := x.Init(context.Background(), under)
		fill(r, like)
		w.Finish(under)
	}
}

// gangplankFive attaches the request itself, as under net/http: on an adapter of ours that one allocation is not there.
func gangplankFive(log *slog.Logger) http.Handler { return gangplankFiveLogged(middleware.Logger(log)) }

// gangplankFiveJSON writes the same lines without slog's handler.
func gangplankFiveJSON(log io.Writer) http.Handler { return gangplankFiveLogged(gangplankLogJSON(log)) }

func gangplankLogJSON(log io.Writer) gangplank.Middleware {
	return middleware.LoggerWith(middleware.LoggerConfig{Form: middleware.LogJSON, Output: log})
}

func gangplankFiveLogged(logger gangplank.Middleware) http.Handler {
	m := gangplank.New()
	m.Use(gangplankRequestID(), logger, gangplankHeaders(), errorpage.New(errorpage.Config{}))
	m.Get(paramRoute, func(w http.ResponseWriter, r *http.Request) { writeText(w, r.PathValue("name")) })
	return m
}

func gangplankTen(log *slog.Logger) http.Handler {
	return gangplankTenWith(middleware.Logger(log), middleware.Deadline(tenTimeout))
}

func gangplankTenJSON(log io.Writer) http.Handler {
	return gangplankTenWith(gangplankLogJSON(log), middleware.Deadline(tenTimeout))
}

// gangplankTenTimeout does more than the peers: it answers also for a handler that ignores its context.
func gangplankTenTimeout(log *slog.Logger) http.Handler {
	return gangplankTenWith(middleware.Logger(log), middleware.Timeout(tenTimeout))
}

func gangplankTenWith(logger, timeout gangplank.Middleware) http.Handler {
	m := gangplank.New()
	m.Use(gangplankRequestID(),
		middleware.ClientIP(middleware.ClientIPConfig{Networks: []netip.Prefix{netip.MustParsePrefix(proxyNetwork)}}),
		logger, gangplankHeaders(), errorpage.New(errorpage.Config{}),
		cors.New(cors.Config{Origins: []string{pageOrigin}, Credentials: true}),
		middleware.CSRF, timeout,
		session.New(session.Config{Keys: []session.Key{session.NewKey()}, DangerouslyAllowHTTP: true}))
	m.Get(loginRoute, func(w http.ResponseWriter, r *http.Request) { gangplank.From(r).Session().Set("user", "alice") })
	m.Get(paramRoute, func(w http.ResponseWriter, r *http.Request) {
		if session.Get[string](gangplank.From(r).Session(), "user") == "alice" {
			writeText(w, r.PathValue("name"))
		}
	})
	return m
}

// gangplankRequestID mints the ids that the others have.
func gangplankRequestID() gangplank.Middleware {
	return middleware.RequestIDWith(middleware.RequestIDConfig{New: newRequestID})
}

func gangplankHeaders() gangplank.Middleware {
	set := make(map[string]string, len(siteHeaders))
	for _, f := range siteHeaders {
		set[f[0]] = f[1]
	}
	return middleware.Header(middleware.HeaderConfig{Set: set})
}

// fill sets what an adapter sets.
func fill(r, like *http.Request) {
	r.Method, r.URL, r.RequestURI, r.Host, r.RemoteAddr = like.Method, like.URL, like.RequestURI, like.Host, like.RemoteAddr
	r.Proto, r.ProtoMajor, r.ProtoMinor = like.Proto, like.ProtoMajor, like.ProtoMinor
	r.Header, r.Body = like.Header, like.Body
}
