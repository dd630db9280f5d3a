package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// A Store that is down is an error in the log once a minute, whatever stands around
// and however many requests come; the error page has that one to record and to
// notify of.
func TestFailingStoreIsTold(t *testing.T) {
	for desc, failure := range map[string]error{"fails": errors.New("out of order"), "hangs": context.DeadlineExceeded} {
		for _, pages := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				notified := make(chan string, 10)
				records := &errorpage.Records{Dir: t.TempDir()}
				config := errorpage.Config{Records: records, Notify: func(_ context.Context, r *errorpage.Report) { notified <- r.ID }}
				outside := gangplank.NewChain()
				if pages {
					outside = gangplank.NewChain(errorpage.New(config))
				}
				l, store := new(logged), &spy{Store: session.NewMemory(1 << 20)}
				b := open(t, l.handler(outside.Then(session.New(session.Config{Store: store})(actions()))))
				b.get("/add")
				store.fail = failure
				for minute := 1; minute <= 2; minute++ {
					for range 5 {
						if w := b.get("/n"); w.Code != 503 {
							t.Errorf("%s: got %d", desc, w.Code)
						}
					}
					if log := l.take(); strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, failure.Error()) {
						t.Errorf("%s, with pages %v: minute %d: %s", desc, pages, minute, log)
					}
					time.Sleep(time.Minute) // of the bubble's clock
				}
				records.Flush(t.Context())
				synctest.Wait()
				list, err := records.List()
				if pages && (err != nil || len(list) != 1 || list[0].Count != 2 || len(notified) != 1) {
					t.Errorf("%s: got records %+v, %v, and %d notices", desc, list, err, len(notified))
				}
			})
		}
	}
}
