package session

import (
	"net/http"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Config says where sessions are kept and how long. One of Store, Keys and
// Carrier is needed.
type Config struct {
	_ [0]func()

	// Store keeps the sessions; a cookie holds only the id. Default: none, the
	// whole session is in the cookie, sealed with Keys.
	Store Store

	// Keys seal the sessions in cookies. The first seals, all open: to change
	// keys put the new one first, and leave the old one until the sessions of its
	// time have ended; a session opened with an old key is sealed with the new
	// one when it is next used. With several processes, first add the new key to
	// all as the second. See [ParseKeys].
	Keys []Key

	// Carrier is a store that keeps session and cookie by itself, such as one of
	// gorilla/sessions with the package gorillastore. It cannot do all that a
	// Store can: see the package's documentation.
	Carrier Carrier

	// Revocations keeps, for sessions in cookies, what has been ended before its
	// time: one entry for each user who logged out, until the sessions of that
	// time would have ended by themselves. Without it a cookie that somebody has
	// copied works on after the log-out. Default: Store, if there is one.
	Revocations Store

	// Idle is how long a session lives after its last use. The moment of use is
	// noted in steps of a sixteenth of it, so that reading rarely writes.
	// Default: 2 hours.
	Idle time.Duration

	// Absolute is how long a session lives at most, counted from its beginning
	// or from [Session.Bind]. Default: 24 hours.
	Absolute time.Duration

	// MaxRemember is the longest time for which [Session.Remember] can keep a
	// session in place of Idle and Absolute. Default: 90 days. Browsers drop
	// cookies after 400 days.
	MaxRemember time.Duration

	// Name is the cookie's name, without the prefix: browsers see __Host-Name,
	// or __Secure-Name with MountPath or Domain, and hold the cookie to what the
	// prefix says (RFC 6265bis, section 4.1.3). Of several layers that share a
	// Store each has the sessions of its Name, and EndAll and List go by it; of
	// one Name they are one. Default: "session".
	Name string

	// MountPath restricts the cookie to the paths below the mount point
	// (gangplank.Gateway.ScriptName): for a host that several applications share.
	// It keeps their cookies apart; it is no protection of one from another.
	MountPath bool

	// Domain has the cookie sent to all hosts below a domain. Danger: each of
	// them can read it, and set another in its place. Default: this host only.
	Domain string

	// SameSite says on which requests from other sites the cookie is sent.
	// Default: http.SameSiteLaxMode, on links only. Danger: with
	// http.SameSiteNoneMode every site can act with its visitors' sessions,
	// unless something else, such as middleware.CSRF, prevents it.
	SameSite http.SameSite

	// DangerouslyAllowHTTP is for development without TLS: a request that came
	// without gets a cookie that is not Secure, under the name without prefix.
	// Browsers send that one over any network in the clear, and accept it from
	// anybody there. A request over TLS never reads it. Not needed behind a proxy
	// that ends TLS, nor for http://localhost in Chromium and Firefox.
	DangerouslyAllowHTTP bool

	// Merge decides when two requests at once changed the same key of one
	// session, in a Store: see [KeepMine], [KeepTheirs] and [AddUp]. Default: none,
	// the later of the two fails with status 409, unless both have set the same
	// text or truth, or removed it. Changes of different keys are always kept both.
	Merge MergeFunc

	// Migrate takes over sessions of another kind, for the time of a change: see
	// the package gorillastore. Default: none.
	Migrate Migration

	// Timeout bounds what a Store may take for one request's load, and for its
	// save. Default: 5 seconds.
	Timeout time.Duration
}

// Validate reports all that is wrong with the configuration.
func (cfg Config) Validate() error {
	var f settings.Faults
	if cfg.Store == nil && cfg.Carrier == nil && len(cfg.Keys) == 0 {
		f.Add("Keys", "there is none, and no Store: sessions have no place")
	}
	if cfg.Store != nil && cfg.Carrier != nil {
		f.Add("Carrier", "there is a Store as well")
	}
	ids := map[[keyIDLen]byte]int{}
	for i, k := range cfg.Keys {
		if k == (Key{}) {
			f.Add("Keys", "number %d is all zeros", i+1)
		}
		if first := ids[k.id()]; first != 0 { // or another with the same id: one in four thousand million
			f.Add("Keys", "number %d is number %d again", i+1, first)
		}
		ids[k.id()] = i + 1
	}
	cfg.validateTimes(&f)
	cfg.validateCookie(&f)
	return f.Join()
}

func (cfg *Config) validateTimes(f *settings.Faults) {
	for _, d := range []struct {
		name  string
		value time.Duration
	}{{"Idle", cfg.Idle}, {"Absolute", cfg.Absolute}, {"MaxRemember", cfg.MaxRemember}, {"Timeout", cfg.Timeout}} {
		if d.value != 0 && d.value < time.Second || d.value > maxLife {
			f.Add(d.name, "%v is not between a second and %v", d.value, maxLife)
		}
	}
}

// maxLife is the lifetime at which browsers cut cookies (RFC 6265bis, section 5.5).
const maxLife = 400 * 24 * time.Hour

func (cfg *Config) validateCookie(f *settings.Faults) {
	if cfg.Name != "" && !settings.IsToken(cfg.Name) {
		f.Add("Name", "%q is not a cookie's name", cfg.Name)
	}
	if lower := strings.ToLower(cfg.Name); strings.HasPrefix(lower, "__host-") || strings.HasPrefix(lower, "__secure-") {
		f.Add("Name", "%q has the prefix already that is put before it", cfg.Name)
	}
	if strings.ContainsFunc(cfg.Domain, notHostname) {
		f.Add("Domain", "%q is not a host's name", cfg.Domain)
	}
	if cfg.SameSite < 0 || cfg.SameSite > http.SameSiteNoneMode {
		f.Add("SameSite", "%d is none of package http's", cfg.SameSite)
	}
}

func notHostname(c rune) bool {
	alnum := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	return !alnum && c != '.' && c != '-'
}

func (cfg Config) withDefaults() Config {
	settings.Default(&cfg.Idle, 2*time.Hour)
	settings.Default(&cfg.Absolute, 24*time.Hour)
	settings.Default(&cfg.MaxRemember, 90*24*time.Hour)
	settings.Default(&cfg.Timeout, 5*time.Second)
	settings.Default(&cfg.Name, "session")
	if cfg.SameSite == 0 || cfg.SameSite == http.SameSiteDefaultMode {
		cfg.SameSite = http.SameSiteLaxMode
	}
	settings.Default(&cfg.Revocations, cfg.Store)
	return cfg
}

// longest is how long a session can live at all.
func (cfg *Config) longest() time.Duration { return max(cfg.Absolute, cfg.MaxRemember) }

// keeper returns where the sessions are kept.
func (cfg *Config) keeper(revoked revocations) keeper {
	switch {
	case cfg.Store != nil:
		return &stored{cfg.Store, cfg.Merge}
	case cfg.Carrier != nil:
		return &carried{cfg.Carrier}
	}
	return &sealed{newSealer(cfg.Keys), revoked}
}
