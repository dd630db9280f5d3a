package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
)

// quiet keeps the logs of expected failures out of the tests' output.
func quiet(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		c.SetLogger(slog.New(slog.DiscardHandler))
		next.ServeHTTP(w, r)
	})
}

// outerField sets a field outside of the middleware.
func outerField(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Outer", "1")
		next.ServeHTTP(w, r)
	})
}

// finalOnly keeps from the recorder what it takes for the final status.
type finalOnly struct{ *httptest.ResponseRecorder }

func (w finalOnly) WriteHeader(status int) {
	if status >= 200 {
		w.ResponseRecorder.WriteHeader(status)
	}
}

// timedOut serves one request to h, which has a second, in a bubble. It returns
// the response, "aborted" if it was broken off, and how long it took.
func timedOut(t *testing.T, cfg middleware.TimeoutConfig, h http.HandlerFunc) (rec *httptest.ResponseRecorder, aborted bool, took time.Duration) {
	t.Helper()
	cfg.After = time.Second
	return within(t, middleware.TimeoutWith(cfg), h)
}

// within is timedOut with another middleware.
func within(t *testing.T, m gangplank.Middleware, h http.HandlerFunc) (rec *httptest.ResponseRecorder, aborted bool, took time.Duration) {
	t.Helper()
	rec = httptest.NewRecorder()
	start := time.Now()
	defer func() {
		took = time.Since(start)
		if v := recover(); v != nil {
			if aborted = v == http.ErrAbortHandler; !aborted {
				t.Errorf("panic: %v", v)
			}
		}
	}()
	gangplank.NewChain(quiet, outerField, m).Then(h).ServeHTTP(finalOnly{rec}, httptest.NewRequest("GET", "/", nil))
	return rec, false, 0
}

// A handler that ignores its context: the page is there in time, is only the
// page, and what the handler does after that comes to nothing.
func TestTimeoutIgnored(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc   string
		before func(w http.ResponseWriter)
	}{
		{"nothing", func(w http.ResponseWriter) {}},
		{"a header", func(w http.ResponseWriter) { w.Header().Set("X-Inner", "1"); w.Header().Del("X-Outer") }},
		{"a status", func(w http.ResponseWriter) { w.Header().Set("X-Inner", "1"); w.WriteHeader(201) }},
		{"a held body", func(w http.ResponseWriter) { w.Header().Set("X-Inner", "1"); io.WriteString(w, "half a page") }},
		{"more than the inner Writer holds", func(w http.ResponseWriter) {
			w.Header().Set("X-Inner", "1")
			w.Header().Del("X-Outer")
			io.WriteString(w, strings.Repeat("x", 3000))
			http.NewResponseController(w).SetReadDeadline(time.Time{})
		}},
		{"early hints", func(w http.ResponseWriter) { w.Header().Set("X-Inner", "1"); w.WriteHeader(103) }},
	} {
		synctest.Test(t, func(t *testing.T) {
			late := make(chan error, 4)
			rec, aborted, took := timedOut(t, middleware.TimeoutConfig{}, func(w http.ResponseWriter, r *http.Request) {
				tt.before(w)
				time.Sleep(time.Minute)
				w.Header().Set("X-Late", "1")
				r.Header.Set("X-Late", "1")
				w.WriteHeader(204)
				for _, p := range [][]byte{{'x'}, make([]byte, 100<<10)} {
					_, err := w.Write(p)
					late <- err
				}
				_, err := w.(io.ReaderFrom).ReadFrom(strings.NewReader("x"))
				late <- err
				late <- http.NewResponseController(w).Flush()
			})
			res := rec.Result()
			body, _ := io.ReadAll(res.Body)
			if aborted || took != time.Second || res.StatusCode != 503 || !strings.HasPrefix(string(body), "503 Service Unavailable\nThis is taking") {
				t.Errorf("%s: got %d %q after %v, aborted: %v", tt.desc, res.StatusCode, body, took, aborted)
			}
			if res.Header.Get("X-Outer") != "1" || res.Header.Get("X-Inner") != "" || res.Header.Get("X-Late") != "" {
				t.Errorf("%s: the page's header is %v", tt.desc, res.Header)
			}
			for range 4 {
				if err := <-late; !errors.Is(err, http.ErrHandlerTimeout) {
					t.Errorf("%s: a late write returned %v", tt.desc, err)
				}
			}
		})
	}
}

// limits are the two, with a second.
func limits(cfg middleware.TimeoutConfig) map[string]gangplank.Middleware {
	cfg.After = time.Second
	return map[string]gangplank.Middleware{"Timeout": middleware.TimeoutWith(cfg), "Deadline": middleware.DeadlineWith(cfg)}
}

func TestTimeoutContext(t *testing.T) {
	t.Parallel()
	for name, m := range limits(middleware.TimeoutConfig{Status: 504, Public: "Too slow."}) {
		synctest.Test(t, func(t *testing.T) {
			seen := make(chan string, 1)
			rec, _, _ := within(t, m, func(w http.ResponseWriter, r *http.Request) {
				child, cancel := context.WithTimeout(r.Context(), time.Hour)
				defer cancel()
				at, ok := r.Context().Deadline()
				in := time.Until(at)
				<-child.Done()
				<-r.Context().Done()
				seen <- fmt.Sprint(in, ok, r.Context().Err() == context.DeadlineExceeded, child.Err() == context.DeadlineExceeded,
					errors.Is(context.Cause(r.Context()), http.ErrHandlerTimeout), errors.Is(context.Cause(child), http.ErrHandlerTimeout), context.Cause(child))
			})
			if got, want := <-seen, "1s true true true true true no answer after 1s"; got != want {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
			if got := rec.Body.String(); rec.Code != 504 || !strings.Contains(got, "Too slow.") {
				t.Errorf("%s: got %d %q", name, rec.Code, got)
			}
		})
	}
}

// In time, the context ends as cancelled.
func TestTimeoutContextInTime(t *testing.T) {
	t.Parallel()
	for name, m := range limits(middleware.TimeoutConfig{}) {
		synctest.Test(t, func(t *testing.T) {
			var ctx context.Context
			within(t, m, func(w http.ResponseWriter, r *http.Request) {
				ctx = r.Context()
				if ctx.Err() != nil {
					t.Error(name, ctx.Err())
				}
			})
			if <-ctx.Done(); ctx.Err() != context.Canceled {
				t.Errorf("%s: after the handler: %v", name, ctx.Err())
			}
		})
	}
}

// The end of the request's context is that of the handler's, with its cause.
func TestTimeoutClientGone(t *testing.T) {
	t.Parallel()
	for name, m := range limits(middleware.TimeoutConfig{}) {
		gone, cancel := context.WithCancelCause(t.Context())
		h := m(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			cancel(io.EOF)
			if <-r.Context().Done(); r.Context().Err() != context.Canceled || context.Cause(r.Context()) != io.EOF {
				t.Errorf("%s: %v, %v", name, r.Context().Err(), context.Cause(r.Context()))
			}
		}))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil).WithContext(gone))
	}
}

// What is out cannot be replaced, and must not look whole.
func TestTimeoutBreaksOff(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"text/plain", "text/event-stream"} {
		synctest.Test(t, func(t *testing.T) {
			rec, aborted, took := timedOut(t, middleware.TimeoutConfig{EventStreams: true}, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", kind)
				io.WriteString(w, "begun")
				http.NewResponseController(w).Flush()
				<-r.Context().Done()
			})
			_ = rec
			if !aborted || took != time.Second {
				t.Errorf("%s: aborted: %v, after %v", kind, aborted, took)
			}
		})
	}
}

func TestTimeoutEventStream(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec, aborted, took := timedOut(t, middleware.TimeoutConfig{}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
			http.NewResponseController(w).Flush()
			for range 5 {
				time.Sleep(time.Second)
				io.WriteString(w, "data\n\n")
				if err := http.NewResponseController(w).Flush(); err != nil {
					t.Error(err)
				}
			}
			if _, limited := r.Context().Deadline(); limited || r.Context().Err() != nil {
				t.Error("the stream's context has a deadline, or an end:", r.Context().Err())
			}
		})
		if aborted || took != 5*time.Second || rec.Body.Len() != 30 {
			t.Errorf("aborted: %v, after %v, %q", aborted, took, rec.Body)
		}
	})
	synctest.Test(t, func(t *testing.T) { // one that has not begun is an answer like any other
		rec, _, _ := timedOut(t, middleware.TimeoutConfig{}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			w.WriteHeader(200)
			<-r.Context().Done()
		})
		if rec.Code != 503 {
			t.Errorf("got %d", rec.Code)
		}
	})
}

// stuckWriter's writes wait for a client that does not read, until a deadline
// passes.
type stuckWriter struct {
	http.ResponseWriter
	stuck chan struct{}
}

func (w *stuckWriter) Write([]byte) (int, error)        { <-w.stuck; return 0, context.DeadlineExceeded }
func (w *stuckWriter) SetWriteDeadline(time.Time) error { close(w.stuck); return nil }

func TestTimeoutStuckClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		defer func() {
			if v := recover(); v != http.ErrAbortHandler || time.Since(start) != 2*time.Second {
				t.Errorf("got %v after %v", v, time.Since(start))
			}
		}()
		gangplank.NewChain(quiet, middleware.Timeout(time.Second)).ThenFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Write(make([]byte, 1<<20))
		}).ServeHTTP(&stuckWriter{httptest.NewRecorder(), make(chan struct{})}, httptest.NewRequest("GET", "/", nil))
	})
}

func panickingHandler(http.ResponseWriter, *http.Request) { panic(io.ErrShortWrite) }

// The panic comes out with its value, and Failure has the stack.
func TestTimeoutPanic(t *testing.T) {
	t.Parallel()
	h := gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		defer func() {
			v := recover()
			var traced interface {
				Callers() []uintptr
				PanicValue() any
			}
			if v != io.ErrShortWrite || !errors.As(c.Failure(), &traced) || traced.PanicValue() != v {
				t.Fatalf("panic %v, failure %v", v, c.Failure())
			}
			frames := runtime.CallersFrames(traced.Callers())
			if top, _ := frames.Next(); !strings.HasSuffix(top.Function, "panickingHandler") {
				t.Errorf("the stack begins in %s", top.Function)
			}
			if !errors.Is(c.Failure(), io.ErrShortWrite) || gangplank.StatusOf(c.Failure()) != 500 {
				t.Errorf("failure %v", c.Failure())
			}
		}()
		middleware.Timeout(time.Hour)(http.HandlerFunc(panickingHandler)).ServeHTTP(w, r)
	})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

// A panic when nobody waits any more is logged, and the process goes on.
func TestTimeoutLatePanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		h := gangplank.NewChain(middleware.Logger(slog.New(slog.NewTextHandler(&out, nil))), middleware.Timeout(time.Second)).
			ThenFunc(func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(time.Minute)
				panickingHandler(w, r)
			})
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := out.String(); !strings.Contains(got, "panic after the time-out") || !strings.Contains(got, "panickingHandler") {
			t.Errorf("the log is %s", got)
		}
	})
}

// The page is that of the layers outside, whatever the handler has installed.
func TestTimeoutRenderer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		renderer := func(name string) gangplank.Middleware {
			return func(next http.Handler) http.Handler {
				return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
					previous := c.SetErrorRenderer(func(w http.ResponseWriter, _ *http.Request, err error) {
						w.WriteHeader(gangplank.StatusOf(err))
						io.WriteString(w, name)
					})
					next.ServeHTTP(w, r)
					c.SetErrorRenderer(previous)
				})
			}
		}
		rec := httptest.NewRecorder()
		gangplank.NewChain(renderer("outer"), middleware.Timeout(time.Second), renderer("inner")).
			ThenFunc(func(w http.ResponseWriter, r *http.Request) { time.Sleep(time.Minute) }).
			ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		if rec.Code != 503 || rec.Body.String() != "outer" {
			t.Errorf("got %d %q", rec.Code, rec.Body)
		}
		time.Sleep(time.Hour) // the handler's end
	})
}

// Handlers that end at the very moment of the deadline, over a real connection:
// the race detector looks on.
func TestTimeoutRace(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(gangplank.NewChain(quiet, middleware.LoggerWith(middleware.LoggerConfig{Form: middleware.LogCombined, Output: io.Discard, Logger: slog.New(slog.DiscardHandler)}),
		middleware.Timeout(5*time.Millisecond)).ThenFunc(func(w http.ResponseWriter, r *http.Request) {
		for range 10 {
			w.Header().Add("X-Inner", "1")
			r.Header.Add("Referer", "1")
			if _, err := w.Write(make([]byte, 700)); err != nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}))
	defer srv.Close()
	var codes []int
	for range 100 {
		res, err := srv.Client().Get(srv.URL)
		if err != nil {
			continue
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if codes = append(codes, res.StatusCode); res.StatusCode == 200 && err == nil && len(body) != 7000 {
			t.Fatalf("a response that looks whole has %d bytes", len(body))
		}
	}
	if len(codes) == 0 || !slices.Contains([]int{200, 503}, codes[0]) {
		t.Errorf("got %v", codes)
	}
}

func TestTimeoutConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() { middleware.TimeoutWith(middleware.TimeoutConfig{After: -1, Status: 500}) },
		"middleware.TimeoutWith: ", "-1ns", "500 is neither")
}

// ampleLimits never pass in a test.
var ampleLimits = map[string]gangplank.Middleware{"Timeout": middleware.Timeout(time.Minute), "Deadline": middleware.Deadline(time.Minute)}

// Attaching and the field; and for Timeout the guard, what the goroutine and the
// timer call, the timer, and two maps of fields, with two allocations each; for
// Deadline one.
func TestTimeoutAllocations(t *testing.T) {
	for name, want := range map[string]float64{"Timeout": 9, "Deadline": 3} {
		h := outerField(ampleLimits[name](http.HandlerFunc(noContent)))
		w, r := make(nopWriter), httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept", "*/*")
		if n := testing.AllocsPerRun(200, func() { clear(w); h.ServeHTTP(w, r) }); n > want && !underRace {
			t.Errorf("%s: %v allocations, want %v", name, n, want)
		}
	}
}

func BenchmarkTimeout(b *testing.B) {
	for name, m := range ampleLimits {
		b.Run("limit="+name, func(b *testing.B) {
			h, r := m(http.HandlerFunc(noContent)), httptest.NewRequest("GET", "/", nil)
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(nopWriter{}, r)
			}
		})
	}
}

func noContent(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

func ExampleTimeout() {
	h := middleware.Timeout(time.Millisecond)(gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		io.WriteString(w, "half of a page")
		<-r.Context().Done() // as a query does that takes too long
		return r.Context().Err()
	}))
	rec := httptest.NewRecorder()
	quiet(h).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	fmt.Print(rec.Body)
	// Output:
	// 503 Service Unavailable
	// This is taking too long. Please try again later.
}
