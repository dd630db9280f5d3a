package ratelimit_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/ratelimit"
)

// alone gives requests a logger, and nothing else.
func alone(l *slog.Logger) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetLogger(l)
			next.ServeHTTP(w, r)
		})
	}
}

// A store that fails is an error in the log once a minute, whatever stands around and
// however many requests come.
func TestFailingStoreIsTold(t *testing.T) {
	t.Parallel()
	withPages := func(l *slog.Logger) gangplank.Middleware {
		return gangplank.NewChain(middleware.Logger(l), errorpage.New(errorpage.Config{})).Middleware()
	}
	for desc, outside := range map[string]func(*slog.Logger) gangplank.Middleware{
		"alone": alone, "Logger": middleware.Logger, "Logger and errorpage": withPages,
	} {
		for _, store := range []failing{{}, {hang: true}} {
			for _, open := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) {
					var log bytes.Buffer
					limit := ratelimit.New(ratelimit.Config{Key: byPath, Requests: 1, Window: time.Second, Store: store, FailOpen: open})
					h := outside(slog.New(slog.NewTextHandler(&log, nil)))(limit(http.HandlerFunc(ok)))
					for minute := 1; minute <= 2; minute++ {
						for range 5 {
							ask(h, "/")
						}
						if got := strings.Count(log.String(), "level=ERROR"); got != minute || !strings.Contains(log.String(), "the store fails") {
							t.Errorf("%s, %+v, open %v: got %d errors in minute %d:\n%s", desc, store, open, got, minute, &log)
						}
						time.Sleep(time.Minute) // of the bubble's clock
					}
				})
			}
		}
	}
}

// With a refusal the error page has a failure to record and to notify of.
func TestFailingStoreIsRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		notified := make(chan *errorpage.Report, 10)
		records := &errorpage.Records{Dir: t.TempDir()}
		pages := errorpage.New(errorpage.Config{Records: records, Notify: func(_ context.Context, report *errorpage.Report) { notified <- report }})
		limit := ratelimit.New(ratelimit.Config{Key: byPath, Requests: 1, Window: time.Second, Store: failing{}})
		h := gangplank.NewChain(alone(slog.New(slog.DiscardHandler)), pages, limit).ThenFunc(ok)
		for range 5 {
			ask(h, "/")
		}
		if err := records.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		list, err := records.List()
		if err != nil || len(list) != 1 || list[0].Count != 1 || len(notified) != 1 {
			t.Fatalf("got records %+v, %v, and %d notices; want one each", list, err, len(notified))
		}
		if report := <-notified; report.Status != http.StatusServiceUnavailable {
			t.Errorf("got a report of status %d, want 503", report.Status)
		}
	})
}

// mute is an error that cannot be asked for its text, as a nil pointer that somebody
// returns as an error.
type mute struct{ text string }

func (m *mute) Error() string { return m.text }

type mutely struct{}

func (mutely) Take(context.Context, string, time.Duration, time.Duration) (time.Duration, bool, error) {
	var err *mute
	return 0, false, err
}

func TestFailingStoreWithoutText(t *testing.T) {
	t.Parallel()
	for open, want := range map[bool]string{false: "503", true: "200"} {
		limit := ratelimit.New(ratelimit.Config{Key: byPath, Requests: 1, Window: time.Second, Store: mutely{}, FailOpen: open})
		for range 2 {
			if got := ask(limit(http.HandlerFunc(ok)), "/"); got != want {
				t.Errorf("open %v: got %s, want %s", open, got, want)
			}
		}
	}
}
