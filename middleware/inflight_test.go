package middleware_test

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
)

// Ten requests come at once, of which each takes a second.
func TestInFlight(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc string
		cfg  middleware.InFlightConfig
		want map[string]int // "status after seconds"
	}{
		{"no queue", middleware.InFlightConfig{Limit: 3}, map[string]int{"200 1s": 3, "503 0s": 7}},
		{"a queue", middleware.InFlightConfig{Limit: 3, Queue: 4, Wait: time.Minute}, map[string]int{"200 1s": 3, "200 2s": 3, "200 3s": 1, "503 0s": 3}},
		{"a queue too slow", middleware.InFlightConfig{Limit: 3, Queue: 100, Wait: 1500 * time.Millisecond}, map[string]int{"200 1s": 3, "200 2s": 3, "503 1.5s": 4}},
		{"room for all", middleware.InFlightConfig{Limit: 10}, map[string]int{"200 1s": 10}},
	} {
		synctest.Test(t, func(t *testing.T) {
			running, most := make(chan struct{}, 100), 0
			tt.cfg.RetryAfter = 1200 * time.Millisecond
			h := quiet(middleware.InFlight(tt.cfg)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				running <- struct{}{}
				time.Sleep(time.Second)
				<-running
			})))
			results := make(chan string)
			start := time.Now()
			for range 10 {
				go func() {
					rec := httptest.NewRecorder()
					h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
					if retry := rec.Header().Get("Retry-After"); (rec.Code == 503) != (retry == "2") {
						t.Errorf("%s: %d with Retry-After %q", tt.desc, rec.Code, retry)
					}
					results <- fmt.Sprint(rec.Code, " ", time.Since(start))
				}()
			}
			synctest.Wait()
			most = len(running)
			got := make(map[string]int)
			for range 10 {
				got[<-results]++
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) || most > tt.cfg.Limit {
				t.Errorf("%s: got %v, want %v; %d at once", tt.desc, got, tt.want, most)
			}
		})
	}
}

// Places are given back by handlers that panic, and by clients that go away.
func TestInFlightPlaces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := middleware.InFlight(middleware.InFlightConfig{Limit: 1, Queue: 1, Wait: time.Hour})
		var mu sync.Mutex
		var codes []int
		serve := func(ctx context.Context, h http.HandlerFunc) {
			defer func() { recover() }()
			rec := httptest.NewRecorder()
			quiet(m(h)).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil).WithContext(ctx))
			mu.Lock()
			defer mu.Unlock()
			codes = append(codes, rec.Code)
		}
		ctx, leave := context.WithCancel(context.Background())
		for range 3 {
			serve(ctx, func(http.ResponseWriter, *http.Request) { panic("x") })
		}
		release := make(chan struct{})
		go serve(context.Background(), func(http.ResponseWriter, *http.Request) { <-release })
		synctest.Wait()
		go serve(ctx, hello) // waits
		synctest.Wait()
		leave()
		synctest.Wait()
		go serve(context.Background(), hello) // in its place
		synctest.Wait()
		close(release)
		synctest.Wait()
		if want := []int{gangplank.StatusClientClosedRequest, 200, 200}; !slices.Equal(codes, want) {
			t.Errorf("got %v, want %v", codes, want)
		}
	})
}

// A time limit outside that ends the wait is no failure of what nobody has begun.
func TestInFlightOuterLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := middleware.InFlight(middleware.InFlightConfig{Limit: 1, Queue: 1, Wait: time.Hour, RetryAfter: math.MaxInt64})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var log strings.Builder
		logged := middleware.Logger(slog.New(slog.NewTextHandler(&log, nil)))
		m(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			rec := answer(gangplank.NewChain(logged, m).Middleware(), request("/").WithContext(ctx), hello)
			if got := rec.Header().Get("Retry-After"); rec.Code != 503 || got != "9223372037" {
				t.Errorf("got %d with Retry-After %q", rec.Code, got)
			}
		})).ServeHTTP(httptest.NewRecorder(), request("/"))
		if !strings.Contains(log.String(), "level=WARN") {
			t.Errorf("the log is %s", &log)
		}
	})
}

func TestInFlightConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() {
		middleware.InFlight(middleware.InFlightConfig{Queue: -1, Wait: -time.Second, RetryAfter: -1})
	}, "middleware.InFlight: ", "Limit: 0", "Queue: -1", "Wait: -1s", "RetryAfter: -1ns")
	wantPanic(t, func() {
		middleware.InFlight(middleware.InFlightConfig{Limit: 1, Wait: 5 * time.Second})
	}, "middleware.InFlight: Wait: 5s, but without a Queue")
}

func BenchmarkInFlight(b *testing.B) {
	h := middleware.InFlight(middleware.InFlightConfig{Limit: 100})(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r := httptest.NewRequest("GET", "/", nil)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			h.ServeHTTP(nopWriter{}, r)
		}
	})
}

func ExampleInFlight() {
	limit := middleware.InFlight(middleware.InFlightConfig{Limit: 1, RetryAfter: 10 * time.Second})
	var h http.Handler
	h = limit(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		quiet(h).ServeHTTP(rec, r) // a second request, while this one is served
		fmt.Println(rec.Code, rec.Header().Get("Retry-After"))
	}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	// Output: 503 10
}
