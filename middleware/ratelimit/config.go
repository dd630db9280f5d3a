package ratelimit

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Config says what counts as a client, and how much it may do. Key, Requests and
// Window are required.
type Config struct {
	_ [0]func()

	// Key tells whose request it is: [ByClientIP], or a function that returns a
	// user's name. All for whom it returns the same, "" included, share one limit.
	// It must not be something that a client can choose freely, such as a header
	// that nobody has checked: everybody could then have as many limits as wanted.
	Key func(*http.Request) string

	// Requests is how many requests a client may make at once.
	Requests int

	// Window is the time in which they all come back, evenly, one by one.
	Window time.Duration

	// Name is the limit's name in fields, logs and the store, of printable ASCII
	// without quotes and backslashes. Limits that share a Store and differ in
	// anything need different names. Default: "default".
	Name string

	// Store counts. Default: a [Memory] of its own, with room for 100 000 keys.
	Store Store

	// Timeout is after what time the context ends that a Store other than Memory is
	// given. A Store that does not heed it makes requests wait for as long as it
	// takes. Default: 500 ms.
	Timeout time.Duration

	// FailOpen lets requests pass, unlimited, while the Store fails. Otherwise
	// they are answered with 503. Either way that is an error in the log, and
	// without FailOpen a failure for error pages to record, once a minute.
	FailOpen bool
}

// Validate reports all that is wrong with the configuration.
func (cfg Config) Validate() error {
	var f settings.Faults
	if cfg.Key == nil {
		f.Add("Key", "there is none")
	}
	if cfg.Requests < 1 || cfg.Requests > maxRequests {
		f.Add("Requests", "%d is not between 1 and %d", cfg.Requests, maxRequests)
	}
	if requests := min(max(cfg.Requests, 1), maxRequests); cfg.Window < time.Duration(requests) || cfg.Window > maxWindow {
		f.Add("Window", "%v is not between a nanosecond for each request and %v", cfg.Window, maxWindow)
	}
	for _, c := range cfg.Name {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			f.Add("Name", "%q has the character %q", cfg.Name, c)
			break
		}
	}
	if cfg.Timeout < 0 {
		f.Add("Timeout", "%v is negative", cfg.Timeout)
	}
	return f.Join()
}

const (
	maxRequests = 1_000_000_000
	maxWindow   = 366 * 24 * time.Hour
)

func (cfg Config) withDefaults() Config {
	settings.Default(&cfg.Name, "default")
	if cfg.Store == nil {
		cfg.Store = NewMemory(100_000)
	}
	settings.Default(&cfg.Timeout, 500*time.Millisecond)
	return cfg
}

// Store counts for many clients. A shared one, for several processes, does Take
// in one atomic step, such as a script in Redis:
//
//	tat = max(now, stored[key]) // the moment at which nothing will be used any more
//	if tat+cost-now > burst { return tat-now, false }
//	stored[key] = tat+cost      // to be forgotten at that moment
//	return tat+cost-now, true
//
// with the store's own clock, so that those of the programs need not agree.
type Store interface {
	// Take adds cost to what key has used, if that makes no more than burst: then ok
	// is true. It returns what is used now. key begins with the limit's Name in
	// quotes, and has no more than 128 bytes besides, of any kind.
	Take(ctx context.Context, key string, cost, burst time.Duration) (used time.Duration, ok bool, err error)
}

// ByClientIP is a Key: the address of the client, as [gangplank.Context.ClientIP]
// knows it, and for IPv6 its network of 64 bits, since one client usually has all
// of its addresses. Clients that are not known share one limit.
func ByClientIP(r *http.Request) string {
	ip := gangplank.From(r).ClientIP()
	if ip.Is6() {
		ip = netip.PrefixFrom(ip.WithZone(""), 64).Masked().Addr()
	}
	if !ip.IsValid() {
		return ""
	}
	return ip.String()
}
