// Package ratelimit limits how many requests a client may make.
//
//	r.Use(middleware.ClientIP(topology), ratelimit.New(ratelimit.Config{
//		Key:      ratelimit.ByClientIP,
//		Requests: 100,
//		Window:   time.Minute,
//	}))
//
// It counts by the generic cell rate algorithm (GCRA, ITU-T I.371): a client may
// send Requests at once, and gets one back every Window/Requests. There is no
// moment at which all counters start anew, and one moment in time is all that is
// stored of a client.
//
// Every answer carries the RateLimit and RateLimit-Policy fields of the IETF's
// draft-ietf-httpapi-ratelimit-headers, as of draft -10; a refusal is 429 with
// Retry-After. Several limits, each with its own Name, may stand one inside the
// other; what the outer lets through counts there even if the inner refuses it.
//
// It stands inside of what finds the key out (the client's address, the user) and
// outside of all that is worth protecting. It limits requests, not what one
// request can cost; and against an attack by many addresses it can do little.
package ratelimit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/alarm"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// New returns the middleware. It panics if the configuration is wrong; see
// [Config.Validate].
func New(cfg Config) gangplank.Middleware {
	settings.Check("ratelimit", cfg.Validate())
	l := newLimiter(cfg.withDefaults())
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			if err := l.admit(w.Header(), r, c); err != nil {
				gangplank.Fail(w, r, err)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// limiter is a Config prepared.
type limiter struct {
	Config
	step   time.Duration // one request
	name   string        // a string of RFC 9651
	policy string        // the value of RateLimit-Policy
	prefix string        // of the value of RateLimit
	alarm  alarm.Alarm
}

func newLimiter(cfg Config) *limiter {
	name := strconv.Quote(cfg.Name) // which has neither quotes nor backslashes
	seconds := int64((cfg.Window + time.Second - 1) / time.Second)
	return &limiter{
		Config: cfg,
		step:   cfg.Window / time.Duration(cfg.Requests),
		name:   name,
		policy: name + ";q=" + strconv.Itoa(cfg.Requests) + ";w=" + strconv.FormatInt(seconds, 10),
		prefix: name + ";r=",
	}
}

// admit counts a request and returns nil or the refusal.
func (l *limiter) admit(h http.Header, r *http.Request, c *gangplank.Context) error {
	backlog, ok, err := l.take(r.Context(), l.Key(r))
	switch {
	case err != nil && r.Context().Err() != nil: // the client is gone, or out of time
		return context.Cause(r.Context())
	case err != nil:
		return l.storeFailed(c, err)
	}
	l.tell(h, backlog)
	if ok {
		return nil
	}
	wait := max(1, ceilSeconds(backlog+l.step-l.burst()))
	return gangplank.Error(http.StatusTooManyRequests, "You have sent too many requests. Please wait a little.").
		With("Retry-After", strconv.FormatInt(wait, 10))
}

// burst is the backlog that a client may have. It is not Window, which may not be
// divisible by Requests.
func (l *limiter) burst() time.Duration { return l.step * time.Duration(l.Requests) }

func (l *limiter) take(ctx context.Context, key string) (time.Duration, bool, error) {
	if _, local := l.Store.(*Memory); !local {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, l.Timeout)
		defer cancel()
	}
	used, ok, err := l.Store.Take(ctx, l.stored(key), l.step, l.burst())
	return min(max(used, 0), maxWindow), ok, err // what else a Store says is nonsense
}

// stored is the key in the Store, of this limit and this client alone: a Name has no
// quote, which ends it here, and the next byte tells a hash from a key that looks like
// one. Else a user could choose a name that locks somebody else out.
func (l *limiter) stored(key string) string {
	if len(key) <= maxKey {
		return l.name + " " + key
	}
	sum := sha256.Sum256([]byte(key))
	return l.name + "#" + hex.EncodeToString(sum[:])
}

// maxKey is the length beyond which a key is hashed: the size of what a client
// sends must not be the size of what we keep.
const maxKey = 128

// tell sets the RateLimit fields. They are lists, to which each limit adds: what
// remains, and the seconds until nothing is used any more.
func (l *limiter) tell(h http.Header, backlog time.Duration) {
	remaining := max(0, int64((l.burst()-backlog)/l.step))
	var buf [64]byte
	value := append(buf[:0], l.prefix...)
	value = strconv.AppendInt(value, remaining, 10)
	value = append(value, ";t="...)
	value = strconv.AppendInt(value, ceilSeconds(backlog), 10)
	h["Ratelimit-Policy"] = append(h["Ratelimit-Policy"], l.policy)
	h["Ratelimit"] = append(h["Ratelimit"], string(value))
}

func ceilSeconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
