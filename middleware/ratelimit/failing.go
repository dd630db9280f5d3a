package ratelimit

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mask"
)

// storeFailed decides about a request that the Store could not count: it returns
// nil, which lets it pass, or the refusal. Either way somebody is told, but
// not again with every request.
func (l *limiter) storeFailed(c *gangplank.Context, err error) error {
	due := l.alarm.due()
	switch {
	case !l.FailOpen && due:
		return gangplank.Error(http.StatusServiceUnavailable, "").Because(&storeError{err})
	case !l.FailOpen: // %v: a time-out below would make every request a failure
		return gangplank.Error(http.StatusServiceUnavailable, "").Because(fmt.Errorf("ratelimit: the store fails: %v", err))
	case due:
		c.Logger().Error("ratelimit: the store fails; requests are not limited", "policy", l.Name, "error", mask.Text(fmt.Sprint(err)))
	}
	return nil
}

// storeError is the cause of a 503 that was not meant so, unlike one for too
// much load: [gangplank.NeedsAttention] tells it by its being a time-out, so that
// it is logged as an error, recorded and notified.
type storeError struct{ err error }

func (e *storeError) Error() string { return fmt.Sprintf("ratelimit: the store fails: %v", e.err) }

func (e *storeError) Unwrap() error { return e.err }

func (e *storeError) Is(target error) bool { return target == context.DeadlineExceeded }

// alarmInterval is how long a failing Store is not told again.
const alarmInterval = time.Minute

// alarm knows when to tell of a failing Store.
type alarm struct {
	mu   sync.Mutex
	last time.Time
}

// due reports whether it is time, and if so notes that it was told.
func (a *alarm) due() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if !a.last.IsZero() && now.Sub(a.last) < alarmInterval {
		return false
	}
	a.last = now
	return true
}
