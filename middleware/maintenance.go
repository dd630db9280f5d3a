package middleware

import (
	"errors"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Maintenance answers 503 while it is on, which can be switched while the program
// runs:
//
//	var maintenance = &middleware.Maintenance{Allow: office}
//
//	r.Use(maintenance.Handler)
//	...
//	maintenance.Begin(time.Now().Add(10 * time.Minute))
//	defer maintenance.End()
//
// The zero Maintenance is off. Its fields are not to be changed once Handler was
// called. It stands inside of [Health], of [ClientIP] if Allow is set, and of the
// error page; outside of all that needs what is being maintained.
type Maintenance struct {
	// Allow are the networks of clients that it lets through, by
	// [gangplank.Context.ClientIP]; see [ClientIP].
	Allow []netip.Prefix

	// AllowFunc lets other requests through, such as those with a certain cookie.
	AllowFunc func(*http.Request) bool

	// File names a file. While that exists, maintenance is on: a switch that works
	// from outside, for several processes, and under CGI. It is looked for on every
	// request (about 1 us).
	File string

	// RetryAfter is what clients are told to wait where the end is not known.
	// Default: 5 minutes.
	RetryAfter time.Duration

	// Text is what people read. Default: "The site is being maintained. Please
	// come back a little later."
	Text string

	on atomic.Pointer[time.Time] // the expected end, or zero; nil when off
}

// Validate reports all that is wrong with the settings.
func (m *Maintenance) Validate() error {
	var f settings.Faults
	f.AddNetworks("Allow", m.Allow)
	if m.RetryAfter < 0 {
		f.Add("RetryAfter", "%v is negative", m.RetryAfter)
	}
	return f.Join()
}

// Begin switches it on. until is when it is expected to be over, which clients
// are told, or the zero time if nobody knows. It stays on after that, until End.
func (m *Maintenance) Begin(until time.Time) { m.on.Store(&until) }

// End switches it off. A File that exists keeps it on.
func (m *Maintenance) End() { m.on.Store(nil) }

// Active reports whether it is on.
func (m *Maintenance) Active() bool {
	if m.on.Load() != nil {
		return true
	}
	if m.File == "" {
		return false
	}
	_, err := os.Stat(m.File)
	return err == nil
}

// Handler is the middleware.
func (m *Maintenance) Handler(next http.Handler) http.Handler {
	settings.Check("middleware.Maintenance", m.Validate())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !m.Active() || m.allows(r) {
			next.ServeHTTP(w, r)
			return
		}
		gangplank.Fail(w, r, gangplank.Error(http.StatusServiceUnavailable, m.text()).
			With("Retry-After", strconv.FormatInt(m.wait(), 10)).Because(errMaintenance))
	})
}

var errMaintenance = errors.New("middleware.Maintenance is on")

func (m *Maintenance) allows(r *http.Request) bool {
	ip := gangplank.From(r).ClientIP().WithZone("")
	for _, p := range m.Allow {
		if p.Contains(ip) {
			return true
		}
	}
	return m.AllowFunc != nil && m.AllowFunc(r)
}

func (m *Maintenance) text() string {
	if m.Text == "" {
		return "The site is being maintained. Please come back a little later."
	}
	return m.Text
}

// wait returns the seconds for Retry-After. A moment that has passed tells
// nothing any more.
func (m *Maintenance) wait() int64 {
	wait := m.RetryAfter
	if wait == 0 {
		wait = 5 * time.Minute
	}
	if until := m.on.Load(); until != nil && time.Until(*until) > 0 {
		wait = time.Until(*until)
	}
	return max(1, int64((wait+time.Second-1)/time.Second))
}
