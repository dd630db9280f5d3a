package auth

import (
	"time"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// LoginConfig holds the settings of [NewLogin].
type LoginConfig struct {
	_ [0]func()

	// Path is where people log in, below the mount point. Default: "/login".
	Path string

	// Home is where a log-in and a log-out lead to, if nothing else was asked
	// for, below the mount point. Default: "/".
	Home string

	// Accounts, if set, are asked with every request of somebody who has logged
	// in with a password: one that is gone has nobody logged in any more, roles
	// are those of now, and a new password ends the other sessions that began
	// with the old one. They should be quick. Without them a session holds what
	// was true when it began.
	Accounts Accounts

	// MaxAge is how long a log-in is believed, whatever the session is. Default:
	// as long as the session lives.
	MaxAge time.Duration

	// Realm is what the challenge calls this site, for clients that are not
	// browsers.
	Realm string
}

// Validate reports all that is wrong with the settings.
func (cfg LoginConfig) Validate() error {
	var f settings.Faults
	cfg = cfg.withDefaults()
	for _, p := range []struct{ field, path string }{{"Path", cfg.Path}, {"Home", cfg.Home}} {
		if !safeReturn(p.path, "") {
			f.Add(p.field, "%q is no path below the mount point", p.path)
		}
	}
	if cfg.MaxAge < 0 {
		f.Add("MaxAge", "%v is negative", cfg.MaxAge)
	}
	if !isRealm(cfg.Realm) {
		f.Add("Realm", "%q is no realm", cfg.Realm)
	}
	return f.Join()
}

func (cfg LoginConfig) withDefaults() LoginConfig {
	settings.Default(&cfg.Path, "/login")
	settings.Default(&cfg.Home, "/")
	return cfg
}
