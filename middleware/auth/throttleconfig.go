package auth

import (
	"time"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// ThrottleConfig says how many wrong passwords are too many. An account is
// locked for the network that guesses at it, and only after many more failures
// for everybody: else anybody could lock anybody out. From a network where the
// account's owner has logged in before, that last lock does not hold.
//
// A network is an IPv4 address, or 64 bits of an IPv6 address. Loopback, and
// clients whose address is not known, are no network: only accounts count there.
// Behind a proxy the address is the proxy's unless middleware.ClientIP knows
// better.
type ThrottleConfig struct {
	_ [0]func()

	// Failures is how many of them lock an account for a network. Default: 5.
	Failures int

	// AccountFailures, from all networks, lock an account. Default: 50.
	AccountFailures int

	// NetworkFailures, for all accounts, lock a network. Default: 100.
	NetworkFailures int

	// Lock is how long the first lock holds. Each failure after it locks for
	// twice as long again. Default: one minute.
	Lock time.Duration

	// MaxLock is the longest lock. Default: one hour.
	MaxLock time.Duration

	// Records is how many accounts, networks and pairs of both are remembered;
	// beyond it those of which nothing was heard longest are forgotten. Default:
	// 50000, which take some 10 MB.
	Records int
}

// Validate reports all that is wrong with the settings.
func (cfg ThrottleConfig) Validate() error {
	var f settings.Faults
	for _, n := range []struct {
		field string
		value int
	}{
		{"Failures", cfg.Failures}, {"AccountFailures", cfg.AccountFailures},
		{"NetworkFailures", cfg.NetworkFailures}, {"Records", cfg.Records},
	} {
		if n.value < 0 {
			f.Add(n.field, "%d is negative", n.value)
		}
	}
	if cfg = cfg.withDefaults(); cfg.Lock < 0 || cfg.MaxLock < cfg.Lock {
		f.Add("Lock, MaxLock", "%v, %v: the longest is shorter than the first", cfg.Lock, cfg.MaxLock)
	}
	return f.Join()
}

func (cfg ThrottleConfig) withDefaults() ThrottleConfig {
	settings.Default(&cfg.Failures, 5)
	settings.Default(&cfg.AccountFailures, 50)
	settings.Default(&cfg.NetworkFailures, 100)
	settings.Default(&cfg.Lock, time.Minute)
	settings.Default(&cfg.MaxLock, max(time.Hour, cfg.Lock))
	settings.Default(&cfg.Records, 50_000)
	return cfg
}

// lockFor doubles with each failure too many.
func (cfg ThrottleConfig) lockFor(more int) time.Duration {
	if d := cfg.Lock << min(more, 30); d>>min(more, 30) == cfg.Lock && d < cfg.MaxLock {
		return d
	}
	return cfg.MaxLock
}
