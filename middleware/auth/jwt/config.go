package jwt

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Config says which tokens are believed. Issuer, Audience, and one of JWKS and
// Secret are required.
type Config struct {
	_ [0]func()

	// Issuer is what the claim iss must be.
	Issuer string

	// Audience is what must be among the claim aud: the name of this service.
	Audience string

	// JWKS is the address at which the issuer publishes its keys: https.
	JWKS string

	// Secret is shared with the issuer, for HS256: at least 32 random bytes. Who
	// can verify a token can then issue one.
	Secret []byte

	// Algorithms are those permitted. Default: RS256, PS256, ES256, ES384, ES512
	// and EdDSA; with Secret, HS256.
	Algorithms []string

	// Leeway is by how much clocks may differ. Default: 30 seconds.
	Leeway time.Duration

	// Refresh is after how long keys are fetched again. Default: one hour.
	Refresh time.Duration

	// Pause is how long after a fetch a token with an unknown key does not make
	// another. Default: one minute.
	Pause time.Duration

	// Client fetches. Default: one with a timeout of ten seconds.
	Client *http.Client

	// DangerouslyAllowHTTP permits a JWKS address without TLS: whoever is on the
	// way can then put keys of his own there.
	DangerouslyAllowHTTP bool
}

var (
	asymmetric = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
	symmetric  = []string{"HS256", "HS384", "HS512"}
)

// Validate reports all that is wrong with the settings.
func (cfg Config) Validate() error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if cfg.Issuer == "" {
		fault("Issuer: there is none")
	}
	if cfg.Audience == "" {
		fault("Audience: there is none: tokens for every other service would do")
	}
	known := asymmetric
	switch {
	case (cfg.JWKS == "") == (cfg.Secret == nil):
		fault("JWKS, Secret: one of the two is needed")
	case cfg.Secret != nil:
		if known = symmetric; len(cfg.Secret) < 32 {
			fault("Secret: %d bytes are fewer than 32", len(cfg.Secret))
		}
	default:
		u, err := url.Parse(cfg.JWKS)
		if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !cfg.DangerouslyAllowHTTP) {
			fault("JWKS: %q is not an https address", cfg.JWKS)
		}
	}
	for _, alg := range cfg.Algorithms {
		if !slices.Contains(known, alg) {
			fault("Algorithms: %q is not among %q", alg, known)
		}
	}
	for _, d := range []time.Duration{cfg.Leeway, cfg.Refresh, cfg.Pause} {
		if d < 0 {
			fault("Leeway, Refresh, Pause: %v is negative", d)
		}
	}
	return errors.Join(errs...)
}

func (cfg Config) withDefaults() Config {
	if len(cfg.Algorithms) == 0 {
		cfg.Algorithms = []string{"RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"}
		if cfg.Secret != nil {
			cfg.Algorithms = []string{"HS256"}
		}
	}
	for _, d := range []struct {
		setting *time.Duration
		value   time.Duration
	}{{&cfg.Leeway, 30 * time.Second}, {&cfg.Refresh, time.Hour}, {&cfg.Pause, time.Minute}} {
		if *d.setting == 0 {
			*d.setting = d.value
		}
	}
	if cfg.Client == nil {
		cfg.Client = &http.Client{Timeout: 10 * time.Second}
	}
	return cfg
}
