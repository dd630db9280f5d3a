package middleware

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// InFlightConfig holds the settings of [InFlight].
type InFlightConfig struct {
	_ [0]func()

	// Limit is how many requests may be in the handler at once. Required.
	Limit int

	// Queue is how many more may wait for their turn, first come first served.
	// Default: none, which refuses at once.
	Queue int

	// Wait is how long a request waits in the Queue at most. Default: 5 s. A client
	// that has to wait longer than its patience only adds to the load.
	Wait time.Duration

	// RetryAfter is what a refused client is told, rounded up to seconds.
	// Default: 1 s.
	RetryAfter time.Duration
}

// Validate reports all that is wrong with the settings.
func (cfg InFlightConfig) Validate() error {
	var f settings.Faults
	if cfg.Limit < 1 {
		f.Add("Limit", "%d requests at once are none", cfg.Limit)
	}
	if cfg.Queue < 0 {
		f.Add("Queue", "%d is negative", cfg.Queue)
	}
	if cfg.Wait < 0 {
		f.Add("Wait", "%v is negative", cfg.Wait)
	} else if cfg.Wait > 0 && cfg.Queue == 0 {
		f.Add("Wait", "%v, but without a Queue nobody waits", cfg.Wait)
	}
	if cfg.RetryAfter < 0 {
		f.Add("RetryAfter", "%v is negative", cfg.RetryAfter)
	}
	return f.Join()
}

func (cfg InFlightConfig) withDefaults() InFlightConfig {
	if cfg.Wait == 0 {
		cfg.Wait = 5 * time.Second
	}
	if cfg.RetryAfter == 0 {
		cfg.RetryAfter = time.Second
	}
	return cfg
}

// InFlight limits how many requests are served at once: what is beyond the limit
// waits in a bounded queue, and what is beyond that is refused with 503 and
// Retry-After, while there is still the memory to say so. One call of InFlight is one
// limit, for all handlers that its result is put around.
//
// It stands inside of [Logger] and error pages and outside of what is expensive.
// Inside of [Timeout], a handler that goes on after its time still counts, and
// the time in the queue is part of its time; outside, neither holds. It does not
// tell clients apart: one can fill it alone, which a rate limit by client
// prevents. Event streams and hijacked connections keep their place for as long
// as they last.
func InFlight(cfg InFlightConfig) gangplank.Middleware {
	settings.Check("middleware.InFlight", cfg.Validate())
	cfg = cfg.withDefaults()
	l := &inFlight{places: make(chan struct{}, cfg.Limit), queue: int64(cfg.Queue), wait: cfg.Wait}
	seconds := (cfg.RetryAfter-1)/time.Second + 1 // which does not overflow
	busy := gangplank.Error(http.StatusServiceUnavailable, "There are too many requests at the moment. Please try again soon.").
		With("Retry-After", strconv.Itoa(int(seconds)))
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch err := l.enter(r); err {
			case nil:
				defer l.leave()
				next.ServeHTTP(w, r)
			case errQueueFull, errWaitedLong:
				gangplank.Fail(w, r, busy.Because(err))
			default: // the client went away while it waited
				gangplank.Fail(w, r, err)
			}
		})
	}
}

var (
	errQueueFull  = errors.New("too many requests in flight, and the queue is full")
	errWaitedLong = errors.New("too many requests in flight for longer than a request waits")
)

type inFlight struct {
	places  chan struct{} // senders wait in the order in which they came
	queue   int64
	waiting atomic.Int64
	wait    time.Duration
}

func (l *inFlight) enter(r *http.Request) error {
	select {
	case l.places <- struct{}{}:
		return nil
	default:
	}
	defer l.waiting.Add(-1)
	if l.waiting.Add(1) > l.queue {
		return errQueueFull
	}
	timer := time.NewTimer(l.wait)
	defer timer.Stop()
	select {
	case l.places <- struct{}{}:
		return nil
	case <-timer.C:
		return errWaitedLong
	case <-r.Context().Done():
		if err := r.Context().Err(); err != context.DeadlineExceeded {
			return err
		}
		return errWaitedLong // by the time limit of a layer outside
	}
}

func (l *inFlight) leave() { <-l.places }
