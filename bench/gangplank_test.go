package bench_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

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
// one request only, so they are made ahead, a batch at a time, while the clock stands.
func benchmarkAttached(b *testing.B, path, param string) {
	var got string
	h := gangplankSite(func(name string) { got = name })
	under, like := newResponse(), httptest.NewRequest("GET", path, nil)
	type attached struct {
		x gangplank.Exchange
		w *gangplank.Writer
		r *http.Request
	}
	var batch [256]*attached
	left := 0
	b.ReportAllocs()
	for b.Loop() {
		if left == 0 {
			b.StopTimer()
			for i := range batch {
				a := new(attached)
				a.w, a.r = a.x.Init(context.Background(), under)
				fill(a.r, like)
				batch[i] = a
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

// fill sets what an adapter sets.
func fill(r, like *http.Request) {
	r.Method, r.URL, r.RequestURI, r.Host, r.RemoteAddr = like.Method, like.URL, like.RequestURI, like.Host, like.RemoteAddr
	r.Proto, r.ProtoMajor, r.ProtoMinor = like.Proto, like.ProtoMajor, like.ProtoMinor
	r.Header, r.Body = like.Header, like.Body
}
