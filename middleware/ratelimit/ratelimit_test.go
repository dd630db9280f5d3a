package ratelimit_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
	"github.com/gangplank-web/gangplank/middleware/ratelimit"
)

func byPath(r *http.Request) string { return r.URL.Path }

// ask sends a request and returns "status remaining/reset retry-after".
func ask(h http.Handler, path string) string {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
	_, rest, _ := strings.Cut(rec.Header().Get("RateLimit"), ";r=")
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", rec.Code, strings.Replace(rest, ";t=", "/", 1), rec.Header().Get("Retry-After")))
}

func TestLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := ratelimit.New(ratelimit.Config{Key: byPath, Requests: 3, Window: 30 * time.Second})(http.HandlerFunc(ok))
		for i, step := range []struct {
			after time.Duration
			path  string
			want  string
		}{
			{0, "/a", "200 2/10"},
			{0, "/a", "200 1/20"},
			{0, "/b", "200 2/10"},
			{0, "/a", "200 0/30"},
			{0, "/a", "429 0/30 10"},
			{4 * time.Second, "/a", "429 0/26 6"},
			{5999 * time.Millisecond, "/a", "429 0/21 1"}, // refusals cost nothing
			{time.Millisecond, "/a", "200 0/30"},          // one came back
			{0, "/a", "429 0/30 10"},
			{25 * time.Second, "/a", "200 1/15"},
			{time.Hour, "/a", "200 2/10"}, // unused time is not saved up
		} {
			time.Sleep(step.after) // of the bubble's clock
			if got := ask(h, step.path); got != step.want {
				t.Errorf("step %d: got %q, want %q", i, got, step.want)
			}
		}
	})
}

func ok(w http.ResponseWriter, r *http.Request) {}

// Two limits add to the lists of fields, and the refusal of the inner shows both.
func TestTwoLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := ratelimit.NewMemory(100)
		h := gangplank.NewChain(
			ratelimit.New(ratelimit.Config{Key: byPath, Requests: 10, Window: time.Hour, Name: "hour", Store: store}),
			ratelimit.New(ratelimit.Config{Key: byPath, Requests: 1, Window: time.Second, Name: "second", Store: store}),
		).ThenFunc(ok)
		ask(h, "/")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		got := fmt.Sprint(rec.Code, rec.Header()["Ratelimit"], rec.Header()["Ratelimit-Policy"], rec.Header()["Retry-After"])
		want := `429 ["hour";r=8;t=720 "second";r=0;t=1] ["hour";q=10;w=3600 "second";q=1;w=1] [1]`
		if got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	})
}

// failing is a shared store that is down, or does not answer.
type failing struct{ hang bool }

func (f failing) Take(ctx context.Context, key string, _, _ time.Duration) (time.Duration, bool, error) {
	if f.hang {
		<-ctx.Done()
		return 0, false, ctx.Err()
	}
	return 0, false, errors.New("connection refused")
}

func TestFailingStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, tt := range []struct {
			store failing
			open  bool
			want  string
			after time.Duration
		}{
			{failing{}, false, "503", 0},
			{failing{}, true, "200", 0},
			{failing{hang: true}, false, "503", time.Second},
			{failing{hang: true}, true, "200", time.Second},
		} {
			h := ratelimit.New(ratelimit.Config{Key: byPath, Requests: 1, Window: time.Second, Store: tt.store, FailOpen: tt.open, Timeout: time.Second})
			start := time.Now()
			if got := ask(h(http.HandlerFunc(ok)), "/"); got != tt.want || time.Since(start) != tt.after {
				t.Errorf("%+v: got %q after %v", tt, got, time.Since(start))
			}
		}
	})
}

// meeting is a shared store that answers two requests only together.
type meeting chan struct{}

func (m meeting) Take(ctx context.Context, _ string, cost, _ time.Duration) (time.Duration, bool, error) {
	select {
	case m <- struct{}{}:
	case <-m:
	case <-ctx.Done():
		return 0, false, ctx.Err()
	}
	return cost, true, nil
}

// A store that takes its time over one request keeps no other from asking it
// (httprate holds a mutex meanwhile).
func TestStoreIsAskedByManyAtOnce(t *testing.T) {
	t.Parallel()
	h := ratelimit.New(ratelimit.Config{Key: byPath, Requests: 10, Window: time.Second, Store: make(meeting), Timeout: time.Minute})(http.HandlerFunc(ok))
	var wg sync.WaitGroup
	for _, path := range []string{"/a", "/b"} {
		wg.Go(func() {
			if got := ask(h, path); !strings.HasPrefix(got, "200 ") {
				t.Errorf("%s: got %q", path, got)
			}
		})
	}
	wg.Wait()
}

// broken is a store that says too much.
type broken struct{}

func (broken) Take(context.Context, string, time.Duration, time.Duration) (time.Duration, bool, error) {
	return 0, false, errors.New("dial redis://:hunter2hunter2@cache: refused")
}

func TestFailOpenMasks(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	h := gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		c.SetLogger(slog.New(slog.NewTextHandler(&out, nil)))
		ratelimit.New(ratelimit.Config{Key: byPath, Requests: 1, Window: time.Second, Store: broken{}, FailOpen: true})(http.HandlerFunc(ok)).ServeHTTP(w, r)
	})
	if got := ask(h, "/"); got != "200" || !strings.Contains(out.String(), "refused") || strings.Contains(out.String(), "hunter2") {
		t.Errorf("got %s, and the log is %s", got, &out)
	}
}

// says is a store that says this, whatever it is asked.
type says struct {
	used time.Duration
	ok   bool
}

func (s says) Take(context.Context, string, time.Duration, time.Duration) (time.Duration, bool, error) {
	return s.used, s.ok, nil
}

// No field has a number that means nothing, whatever a store says.
func TestStoreTalksNonsense(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		store says
		want  string
	}{
		{says{-time.Hour, true}, "200 10/0"},
		{says{-time.Hour, false}, "429 10/0 1"},
		{says{math.MinInt64, false}, "429 10/0 1"},
		{says{100 * time.Hour, true}, "200 0/360000"},
		{says{100 * time.Hour, false}, "429 0/360000 359946"}, // by a limit that was higher before
		{says{math.MaxInt64, true}, "200 0/31622400"},
		{says{math.MaxInt64, false}, "429 0/31622400 31622346"},
	} {
		h := ratelimit.New(ratelimit.Config{Key: byPath, Requests: 10, Window: time.Minute, Store: tt.store})(http.HandlerFunc(ok))
		if got := ask(h, "/"); got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.store, got, tt.want)
		}
	}
}

// keys is a store that remembers what it was asked for.
type keys []string

func (k *keys) Take(_ context.Context, key string, _, _ time.Duration) (time.Duration, bool, error) {
	*k = append(*k, key)
	return 0, true, nil
}

func TestKeys(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 100_000)
	sum := sha256.Sum256([]byte(long))
	for _, tt := range []struct{ name, key, want string }{
		{"", "192.0.2.1", `"default" 192.0.2.1`},
		{"", "", `"default" `},
		{"", long, fmt.Sprintf(`"default"#%x`, sum)},
		{"", fmt.Sprintf("%x", sum), fmt.Sprintf(`"default" %x`, sum)}, // not that of long
		{"api", "write bob", `"api" write bob`},
		{"api write", "bob", `"api write" bob`}, // not that of the limit api
		{"api", `" bob`, `"api" " bob`},
	} {
		var got keys
		limit := ratelimit.New(ratelimit.Config{
			Name: tt.name, Key: func(*http.Request) string { return tt.key },
			Requests: 1, Window: time.Second, Store: &got,
		})
		ask(limit(http.HandlerFunc(ok)), "/")
		if len(got) != 1 || got[0] != tt.want {
			t.Errorf("the limit %q and the key %.40q: got %q, want %q", tt.name, tt.key, got, tt.want)
		}
	}
}

// Two limits that share a Store share no counter, whatever their names and keys are.
func TestLimitsAreApart(t *testing.T) {
	t.Parallel()
	store := ratelimit.NewMemory(100)
	limit := func(name string) http.Handler {
		return ratelimit.New(ratelimit.Config{Name: name, Key: byPath, Requests: 1, Window: time.Hour, Store: store})(http.HandlerFunc(ok))
	}
	ask(limit("api"), "/x%20/bob")
	if got := ask(limit("api /x"), "/bob"); !strings.HasPrefix(got, "200 ") {
		t.Errorf("got %q for bob's first request", got)
	}
}

func TestByClientIP(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]string{
		"192.0.2.1:80":           "192.0.2.1",
		"[::ffff:192.0.2.1]:80":  "192.0.2.1",
		"[2001:db8:1:2::3]:80":   "2001:db8:1:2::",
		"[2001:db8:1:2:ff::]:80": "2001:db8:1:2::",
		"[fe80::1%eth0]:80":      "fe80::",
		"@":                      "",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = remote
		if got := ratelimit.ByClientIP(r); got != want {
			t.Errorf("%s: got %q, want %q", remote, got, want)
		}
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	defer func() {
		got := fmt.Sprint(recover())
		for _, want := range []string{"ratelimit: Key: there is none", "Requests: -1", "Window: 0s", `Name: "a\"b\n\n"`, "Timeout: -1ns"} {
			if !strings.Contains(got, want) {
				t.Errorf("got panic %q, want %q in it", got, want)
			}
		}
		if n := strings.Count(got, "\n") + 1; n != 5 {
			t.Errorf("got %d faults, want 5: %s", n, got)
		}
	}()
	if err := (ratelimit.Config{Key: byPath, Requests: 10, Window: 5}).Validate(); err == nil {
		t.Error("10 requests in 5 ns are valid")
	}
	ratelimit.New(ratelimit.Config{Requests: -1, Name: "a\"b\n\n", Timeout: -1})
}

func TestTransparent(t *testing.T) {
	t.Parallel()
	m := ratelimit.New(ratelimit.Config{Key: ratelimit.ByClientIP, Requests: 1_000_000, Window: time.Hour})
	middlewaretest.Run(t, m, middlewaretest.Fields("it is what it is for", "RateLimit", "RateLimit-Policy"))
}

func Example() {
	limit := ratelimit.New(ratelimit.Config{Key: ratelimit.ByClientIP, Requests: 2, Window: time.Minute})
	h := limit(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	for range 3 {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		fmt.Printf("%d %s %q\n", rec.Code, rec.Header().Get("RateLimit-Policy"), rec.Header().Get("Retry-After"))
	}
	// Output:
	// 200 "default";q=2;w=60 ""
	// 200 "default";q=2;w=60 ""
	// 429 "default";q=2;w=60 "30"
}
