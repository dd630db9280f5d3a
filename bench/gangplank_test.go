package bench_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
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

// benchmarkAttached routes requests that come from an adapter of ours, and so carry their Context already. An Exchange serves
// one request only, so they are made ahead, a batch at a time, while the clock stands, and where the last batch was, so that
// making them leaves nothing for the garbage collector to do while it runs.
func benchmarkAttached(b *testing.B, path, param string) {
	var got string
	h := gangplankSite(func(name string) { got = name })
	batch := make([]attached, 256)
	under, like := newResponse(), httptest.NewRequest("GET", path, nil)
	left := 0
	b.ReportAllocs()
	for b.Loop() {
		if left == 0 {
			b.StopTimer()
			for i := range batch {
				batch[i].make(under, like)
			}
			left = len(batch)
			b.StartTimer()
		}
		left--
		h.ServeHTTP(batch[left].w, batch[left].r)
	}
	if got != param {
		b.Errorf("parameter %q, want %q", got, param)
	}
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
func gangplankFive(log *slog.Logger) http.Handler {
	m := gangplank.New()
	m.Use(gangplankRequestID, gangplankLog(log), gangplankRecover, gangplankHeaders)
	m.Get(paramRoute, func(w http.ResponseWriter, r *http.Request) { writeText(w, r.PathValue("name")) })
	return m
}

func gangplankRequestID(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		id := newRequestID()
		c.SetRequestID(id)
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r)
	})
}

func gangplankLog(log *slog.Logger) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			start := time.Now()
			next.ServeHTTP(w, r)
			logRequest(log, r, c.RequestID(), w.Status(), int(w.Bytes()), start)
		})
	}
}

// gangplankRecover does what the others' recovery does before it has something to recover from.
func gangplankRecover(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		defer func() {
			if v := recover(); v != nil {
				gangplank.Fail(w, r, fmt.Errorf("panic: %v", v))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func gangplankHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setSiteHeaders(w.Header())
		next.ServeHTTP(w, r)
	})
}

// fill sets what an adapter sets.
func fill(r, like *http.Request) {
	r.Method, r.URL, r.RequestURI, r.Host, r.RemoteAddr = like.Method, like.URL, like.RequestURI, like.Host, like.RemoteAddr
	r.Proto, r.ProtoMajor, r.ProtoMinor = like.Proto, like.ProtoMajor, like.ProtoMinor
	r.Header, r.Body = like.Header, like.Body
}
