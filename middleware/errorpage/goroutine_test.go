package errorpage_test

import (
	"context"
	"errors"
	"net/http"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// The panic of a goroutine is told with the request that started it, whatever the
// handler does with that in the meantime.
func TestGoKnowsTheRequest(t *testing.T) {
	panics := func(context.Context) error { panic("in the background") }
	for desc, f := range map[string]func(context.Context) error{
		"a goroutine":        panics,
		"and one of its own": func(ctx context.Context) error { return errorpage.Go(ctx, panics)() },
	} {
		for _, config := range []errorpage.Config{{}, development} {
			config.Records = newRecords(t)
			s := newSite(config, func(w http.ResponseWriter, r *http.Request) error {
				wait := errorpage.Go(r.Context(), f)
				for range 1000 {
					r.Header.Add("X-Later", "still at work")
				}
				if err := wait(); !errors.As(err, new(*errorpage.PanicError)) {
					t.Errorf("%s: got %v", desc, err)
				}
				return nil
			})
			s.get(t, local("POST", "/orders?x=1", "User-Agent", "a browser"))
			all, err := config.Records.List()
			if err != nil || len(all) != 1 {
				t.Fatalf("%s: got %v, %v", desc, all, err)
			}
			seen, q := all[0].Occurrences[0], all[0].Report.Request
			if seen.Method != "POST" || seen.URI != "/orders?x=1" || q.Method != "POST" || q.URI != "/orders?x=1" || q.Route != "/*" || q.Host != "localhost:8080" ||
				!slices.Contains(q.Header, errorpage.Field{Name: "User-Agent", Value: "a browser"}) {
				t.Errorf("%s: got %+v, %+v", desc, seen, q)
			}
			has(t, "the log", s.log.String(), "method=POST", "uri=\"/orders?x=1\"")
			if n := strings.Count(s.log.String(), "error_id="); n != 1 {
				t.Errorf("%s: reported %d times", desc, n)
			}
		}
	}
}

// To list all goroutines the runtime stops each of them, which a failure in
// production must not do to the requests beside it (echo's Recover does).
func TestStopsTheWorld(t *testing.T) {
	stops := func() (n uint64) {
		pauses := []metrics.Sample{{Name: "/sched/pauses/stopping/other:seconds"}}
		metrics.Read(pauses)
		for _, count := range pauses[0].Value.Float64Histogram().Counts {
			n += count
		}
		return n
	}
	for desc, tt := range map[string]struct {
		config errorpage.Config
		want   bool
	}{
		"production":          {errorpage.Config{}, false},
		"production, records": {errorpage.Config{Records: newRecords(t)}, false},
		"development":         {development, true},
	} {
		s := newSite(tt.config, func(http.ResponseWriter, *http.Request) error { panic("oh no") })
		before := stops()
		s.get(t, local("GET", "/"))
		if got := stops() > before; got != tt.want {
			t.Errorf("%s: the world was stopped: %v, want %v", desc, got, tt.want)
		}
	}
}
