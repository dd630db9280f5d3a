package middleware_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// Whatever a handler makes of its context's end, or if it has not looked: when
// the time is up, nothing is sent but the page.
func TestDeadlinePassed(t *testing.T) {
	t.Parallel()
	await := func(r *http.Request) { <-r.Context().Done() }
	for name, h := range map[string]http.HandlerFunc{
		"nothing":            func(w http.ResponseWriter, r *http.Request) { await(r) },
		"did not ask":        func(w http.ResponseWriter, r *http.Request) { time.Sleep(time.Second) },
		"asked for an error": func(w http.ResponseWriter, r *http.Request) { time.Sleep(time.Second); _ = r.Context().Err() },
		"a status":           func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(201); await(r) },
		"half of a page":     func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "half of a page"); await(r) },
		"a page of its own":  func(w http.ResponseWriter, r *http.Request) { await(r); http.Error(w, "database", 500) },
		"an error":           gangplank.Try(func(w http.ResponseWriter, r *http.Request) error { await(r); return r.Context().Err() }),
		"late and long": func(w http.ResponseWriter, r *http.Request) {
			await(r)
			io.WriteString(w, strings.Repeat("tardy", 20<<10))
		},
		"late and flushed": func(w http.ResponseWriter, r *http.Request) {
			await(r)
			io.WriteString(w, "tardy")
			http.NewResponseController(w).Flush()
			io.WriteString(w, "tardier")
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			rec, aborted, took := within(t, middleware.Deadline(time.Second), func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Etag", `"x"`)
				h(w, r)
			})
			body := rec.Body.String()
			if aborted || took != 0 && took != time.Second || rec.Code != 503 || !strings.HasPrefix(body, "503 Service Unavailable\nThis is taking") || strings.Contains(body, "tard") {
				t.Errorf("%s: got %d %q after %v, aborted: %v", name, rec.Code, body, took, aborted)
			}
			if h := rec.Result().Header; h.Get("X-Outer") != "1" || h.Get("Etag") != "" {
				t.Errorf("%s: the page's header is %v", name, h)
			}
		})
	}
}

// What has begun must not look whole, unless it may last, or tells its length.
func TestDeadlineBegun(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, field, value string
		cfg                middleware.TimeoutConfig
		aborted            bool
	}{
		{"a page", "Content-Type", "text/plain", middleware.TimeoutConfig{}, true},
		{"a file", "Content-Length", "5", middleware.TimeoutConfig{}, false},
		{"an event stream", "Content-Type", "text/event-stream; charset=utf-8", middleware.TimeoutConfig{}, false},
		{"an event stream, not spared", "Content-Type", "text/event-stream", middleware.TimeoutConfig{EventStreams: true}, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			tt.cfg.After = time.Second
			rec, aborted, _ := within(t, middleware.DeadlineWith(tt.cfg), func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set(tt.field, tt.value)
				io.WriteString(w, "begun")
				http.NewResponseController(w).Flush()
				time.Sleep(time.Minute)
				if _, limited := r.Context().Deadline(); !limited != (tt.name == "an event stream") {
					t.Errorf("%s: has a deadline: %v", tt.name, limited)
				}
			})
			if aborted != tt.aborted || rec.Body.String() != "begun" {
				t.Errorf("%s: aborted: %v, body %q", tt.name, aborted, rec.Body)
			}
		})
	}
}

// hijackable is a server's writer that gives its connection away.
type hijackable struct{ http.ResponseWriter }

func (hijackable) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, _ := net.Pipe()
	return conn, nil, nil
}

func TestDeadlineHijacked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		middleware.Deadline(time.Second)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			time.Sleep(time.Minute)
			if err := r.Context().Err(); err != nil {
				t.Error(err)
			}
		})).ServeHTTP(hijackable{httptest.NewRecorder()}, httptest.NewRequest("GET", "/", nil))
	})
}

// A panic is what the outer layers hear of, late or not.
func TestDeadlinePanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := gangplank.NewChain(quiet, errorpage.New(errorpage.Config{}), middleware.Deadline(time.Second)).ThenFunc(func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			panic("no rows")
		})
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		if rec.Code != 500 {
			t.Errorf("got %d", rec.Code)
		}
	})
}

func TestDeadlineConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() { middleware.DeadlineWith(middleware.TimeoutConfig{Status: 500}) }, "middleware.DeadlineWith: ", "0s", "500 is neither")
}

func ExampleDeadline() {
	query := func(ctx context.Context) error { // as one of package database/sql
		<-ctx.Done()
		return context.Cause(ctx)
	}
	h := middleware.Deadline(time.Millisecond)(gangplank.Try(func(_ http.ResponseWriter, r *http.Request) error {
		return query(r.Context())
	}))
	rec := httptest.NewRecorder()
	quiet(h).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	fmt.Print(rec.Body)
	// Output:
	// 503 Service Unavailable
	// This is taking too long. Please try again later.
}
