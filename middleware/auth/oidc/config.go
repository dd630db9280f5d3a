package oidc

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

// Config says who the provider is, and who we are to it. Issuer, ClientID, Origin
// and Login are required.
type Config struct {
	_ [0]func()

	// Issuer is the provider's address, exactly as it calls itself: https, but on
	// this machine. Without TLS whoever is on the way could log in as anybody.
	Issuer string

	// ClientID and ClientSecret are what the provider calls this site. A public
	// client has no secret; PKCE is used in any case.
	ClientID, ClientSecret string

	// Origin is how browsers reach this site: "https://site.example". It is not
	// taken from requests, whose Host a client can choose.
	Origin string

	// CallbackPath is where Callback is, below the mount point. Default:
	// "/login/callback".
	CallbackPath string

	// Scopes are asked for besides "openid". Default: "profile" and "email".
	Scopes []string

	// Login keeps who has logged in.
	Login *auth.Login

	// Identity makes an Identity of the claims of the ID token, or refuses with
	// an error. Default: Name is the claim sub, the only one that the provider
	// never gives to another person; Roles are those of the claim roles. Danger:
	// at some providers people can change their email and preferred_username to
	// those of others.
	Identity func(claims map[string]any) (gangplank.Identity, error)

	// Patience is how long a person may take at the provider. Default: 15 minutes.
	Patience time.Duration

	// Client talks to the provider. Default: one with a timeout of ten seconds.
	Client *http.Client
}

// Validate reports all that is wrong with the settings.
func (cfg Config) Validate() error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if u, err := url.Parse(cfg.Issuer); err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !isLocal(u.Hostname())) {
		fault("Issuer: %q is not an https address", cfg.Issuer)
	}
	if cfg.ClientID == "" {
		fault("ClientID: there is none")
	}
	if u, err := url.Parse(cfg.Origin); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.Scheme+"://"+u.Host != cfg.Origin {
		fault("Origin: %q is not an origin such as https://site.example", cfg.Origin)
	}
	if cfg.Login == nil {
		fault("Login: there is none")
	}
	if p := cfg.CallbackPath; p != "" && (p[0] != '/' || path.Clean(p) != p) {
		fault("CallbackPath: %q is not a path below the mount point", p)
	}
	if cfg.Patience < 0 {
		fault("Patience: %v is negative", cfg.Patience)
	}
	return errors.Join(errs...)
}

// isLocal reports whether a host is this machine.
func isLocal(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

func (cfg Config) withDefaults() Config {
	if cfg.CallbackPath == "" {
		cfg.CallbackPath = "/login/callback"
	}
	if cfg.Scopes == nil {
		cfg.Scopes = []string{"profile", "email"}
	}
	cfg.Scopes = append([]string{"openid"}, slices.DeleteFunc(slices.Clone(cfg.Scopes), func(s string) bool { return s == "openid" })...)
	if cfg.Identity == nil {
		cfg.Identity = bySubject
	}
	if cfg.Patience == 0 {
		cfg.Patience = 15 * time.Minute
	}
	if cfg.Client == nil {
		cfg.Client = &http.Client{Timeout: 10 * time.Second}
	}
	return cfg
}

func bySubject(claims map[string]any) (gangplank.Identity, error) {
	id := gangplank.Identity{Claims: claims}
	id.Name, _ = claims["sub"].(string)
	list, _ := claims["roles"].([]any)
	for _, item := range list {
		if role, ok := item.(string); ok {
			id.Roles = append(id.Roles, role)
		}
	}
	return id, nil
}
