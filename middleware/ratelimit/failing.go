package ratelimit

import (
	"fmt"
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mask"
)

// storeFailed decides about a request that the Store could not count: it returns
// nil, which lets it pass, or the refusal. Either way somebody is told, but
// not again with every request.
func (l *limiter) storeFailed(c *gangplank.Context, err error) error {
	failed := &storeError{err: err, told: !l.alarm.Due()}
	if !l.FailOpen {
		return gangplank.Error(http.StatusServiceUnavailable, "").Because(failed)
	}
	if !failed.told {
		c.Logger().Error("ratelimit: requests are not limited", "policy", l.Name, "error", mask.Text(failed.Error()))
	}
	return nil
}

// storeError is the cause of a refusal. It has none below: a time-out of the Store is
// none of the request, nor is the end of the Store's context the client's going.
type storeError struct {
	err  error
	told bool // a moment ago
}

func (e *storeError) Error() string { return fmt.Sprintf("ratelimit: the store fails: %v", e.err) }

// NeedsAttention is for [gangplank.NeedsAttention]: unlike a 503 for too much load,
// this one was not meant so.
func (e *storeError) NeedsAttention() bool { return !e.told }
