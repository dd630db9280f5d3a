package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

var (
	database = middleware.NewTiming("db")
	render   = middleware.NewTiming("render")
)

func everybody(*http.Request) bool { return true }

func TestServerTiming(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := answer(middleware.ServerTiming(everybody), request("/"), func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Server-Timing", "cache;desc=hit")
			var wg sync.WaitGroup
			for i := range 2 {
				wg.Go(func() {
					defer database.Start(r)()
					time.Sleep(time.Duration(i+1) * 1500 * time.Microsecond) // of the bubble's clock
				})
			}
			wg.Wait()
			render.Add(r, 250*time.Microsecond)
			greet(w, r)
			_ = http.NewResponseController(w).Flush()
			render.Add(r, time.Hour) // too late
		})
		want := []string{"cache;desc=hit", "total;dur=3, db;dur=4.5, render;dur=0.25"}
		if got := rec.Result().Header["Server-Timing"]; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// Who may see it is asked late, when it is known who it is.
func TestServerTimingShow(t *testing.T) {
	t.Parallel()
	developers := func(r *http.Request) bool { return gangplank.From(r).User().Name == "dev" }
	for user, want := range map[string]bool{"dev": true, "other": false} {
		rec := answer(middleware.ServerTiming(developers), request("/"), func(w http.ResponseWriter, r *http.Request) {
			gangplank.From(r).SetUser(gangplank.Identity{Name: user})
			greet(w, r)
		})
		if shown := rec.Header().Get("Server-Timing") != ""; shown != want {
			t.Errorf("%s: shown: %v", user, shown)
		}
	}
	wantPanic(t, func() { middleware.ServerTiming(nil) }, "middleware.ServerTiming: show is nil")
}

// Measuring without the middleware does nothing.
func TestTimingAlone(t *testing.T) {
	t.Parallel()
	r := request("/")
	database.Start(r)()
	database.Add(r, time.Second)
	for _, name := range []string{"", "a b", "total", "a;dur=1"} {
		wantPanic(t, func() { middleware.NewTiming(name) }, "middleware.NewTiming: ")
	}
}

func TestServerTimingTransparent(t *testing.T) {
	t.Parallel()
	middlewaretest.Run(t, middleware.ServerTiming(everybody), middlewaretest.Fields("it is what it is for", "Server-Timing"))
}

func ExampleServerTiming() {
	local := func(r *http.Request) bool { return gangplank.From(r).ClientIP().IsLoopback() }
	h := middleware.ServerTiming(local)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer database.Start(r)()
		// ask the database
	}))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil)) // of 192.0.2.1
	fmt.Printf("%q\n", rec.Header().Get("Server-Timing"))
	// Output: ""
}
