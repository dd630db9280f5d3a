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
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

func healthOf(m gangplank.Middleware, path string) string {
	rec := answer(m, request(path), greet)
	return fmt.Sprintf("%d %s", rec.Code, rec.Body)
}

func ready(context.Context) error { return nil }

func TestHealth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Pointer[error]
		runs := 0
		m := middleware.Health(middleware.HealthConfig{Checks: map[string]middleware.Check{
			"good": ready,
			"database": func(context.Context) error {
				runs++
				if err := broken.Load(); err != nil {
					return *err
				}
				return nil
			},
		}})
		step := func(path, want string) {
			t.Helper()
			if got := healthOf(m, path); got != want {
				t.Errorf("%s: got %q, want %q", path, got, want)
			}
		}
		step("/", "200 Hello!\n")
		step("/livez", "200 ok\n")
		step("/readyz", "200 ok\n")
		secret := errors.New("dial tcp: password=secret")
		broken.Store(&secret)
		step("/readyz", "200 ok\n") // still fresh
		if runs != 1 {
			t.Errorf("the check ran %d times within a second, want once", runs)
		}
		time.Sleep(time.Second) // of the bubble's clock
		step("/readyz", "503 unavailable\n")
		step("/livez", "200 ok\n")
		broken.Store(nil)
		time.Sleep(time.Second)
		step("/readyz", "200 ok\n")
	})
}

func TestHealthHangingCheck(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var started atomic.Int32
		release := make(chan struct{})
		m := middleware.Health(middleware.HealthConfig{Timeout: time.Minute, Checks: map[string]middleware.Check{
			"a": func(context.Context) error { started.Add(1); <-release; return nil },
			"b": func(ctx context.Context) error { return nil },
		}})
		for range 3 {
			start := time.Now()
			if got := healthOf(m, "/readyz"); got != "503 unavailable\n" || time.Since(start) != time.Minute {
				t.Errorf("got %q after %v, want a refusal after a minute", got, time.Since(start))
			}
		}
		if n := started.Load(); n != 1 {
			t.Errorf("the check that hangs was started %d times", n)
		}
		close(release)
		synctest.Wait()
		if got := healthOf(m, "/readyz"); got != "200 ok\n" {
			t.Errorf("got %q after it came back", got)
		}
	})
}

// A check that does not return has not said that all is well.
func TestHealthCheckThatDoesNotReturn(t *testing.T) {
	t.Parallel()
	for desc, end := range map[string]func(){
		"panics":               func() { panic("oops") },
		"ends its goroutine":   runtime.Goexit,
		"panics with an error": func() { panic(io.EOF) },
	} {
		m := middleware.Health(middleware.HealthConfig{Checks: map[string]middleware.Check{
			"bad": func(context.Context) error { end(); return nil },
		}})
		for range 2 { // the second time it is fresh
			if got := healthOf(m, "/readyz"); got != "503 unavailable\n" {
				t.Errorf("a check that %s: got %q", desc, got)
			}
		}
	}
}

// Anybody may ask, as often as he likes.
func TestHealthLogs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		check := func(context.Context) error { return errors.New("connection refused") }
		m := middleware.Health(middleware.HealthConfig{Checks: map[string]middleware.Check{"database": check}})
		logged := func(next http.Handler) http.Handler {
			return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
				c.SetLogger(slog.New(slog.NewTextHandler(&log, nil)))
				next.ServeHTTP(w, r)
			})
		}
		for range 130 {
			healthOf(gangplank.NewChain(logged, m).Middleware(), "/readyz")
			time.Sleep(time.Second)
		}
		if n := strings.Count(log.String(), "database: connection refused"); n != 3 {
			t.Errorf("logged %d times in 130 seconds, want once a minute", n)
		}
	})
}

func TestHealthMethods(t *testing.T) {
	t.Parallel()
	m := middleware.Health(middleware.HealthConfig{Ready: "/r"})
	post := httptest.NewRequest("POST", "/r", nil)
	if rec := answer(m, post, greet); rec.Body.String() != "Hello!\n" {
		t.Errorf("POST was answered with %q, not by the handler", rec.Body)
	}
}

func TestHealthConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() {
		middleware.Health(middleware.HealthConfig{Live: "x", Ready: "x", Timeout: -1, Fresh: -2, Checks: map[string]middleware.Check{"nil": nil, "": ready}})
	}, `middleware.Health: Live: "x" does not begin`, `Ready: "x" does not begin`, `Ready: "x" is the path of Live`,
		"Checks: one has no name", `Checks: "nil" is nil`, "Timeout: -1ns is negative", "Fresh: -2ns is negative")
	wantPanic(t, func() { middleware.Health(middleware.HealthConfig{Live: "/livez?x", Ready: "/readyz#b"}) },
		`Live: "/livez?x" is more than a path`, `Ready: "/readyz#b" is more than a path`)
}

func TestHealthTransparent(t *testing.T) {
	t.Parallel()
	middlewaretest.Run(t, middleware.Health(middleware.HealthConfig{}))
}

func ExampleHealth() {
	m := middleware.Health(middleware.HealthConfig{
		Checks: map[string]middleware.Check{
			"database": func(ctx context.Context) error { return errors.New("connection refused") },
		},
	})
	rec := httptest.NewRecorder()
	m(http.NotFoundHandler()).ServeHTTP(rec, httptest.NewRequest("GET", "/readyz", nil))
	fmt.Print(rec.Code, " ", rec.Body)
	// Output: 503 unavailable
}
