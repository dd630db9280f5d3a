package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Tokens knows whom a token stands for. Its method has builtin and standard types
// only, so that a module which verifies tokens needs nothing of ours.
type Tokens interface {
	// Token returns the name of whom the token stands for, and what else it says.
	// An error refuses the token, with 401 or the status that its method
	// HTTPStatus() int says: 503 where keys cannot be fetched.
	Token(ctx context.Context, token string) (subject string, claims map[string]any, err error)
}

// BearerConfig holds the settings of [NewBearer].
type BearerConfig struct {
	_ [0]func()

	// Tokens is required.
	Tokens Tokens

	// Realm is told to clients without a token: printable ASCII without quotes.
	Realm string

	// Header names another field in which the bare token may be, such as
	// "X-Api-Key", besides "Authorization: Bearer".
	Header string

	// RolesClaim is the claim that holds the roles: a list of strings or, as
	// OAuth's "scope" is, one string of words. Default: "roles".
	RolesClaim string

	// Method is the Method of the Identity. Default: "bearer".
	Method string
}

// Validate reports all that is wrong with the settings.
func (cfg BearerConfig) Validate() error {
	var f settings.Faults
	if cfg.Tokens == nil {
		f.Add("Tokens", "there are none")
	}
	if !isRealm(cfg.Realm) {
		f.Add("Realm", "%q is no realm", cfg.Realm)
	}
	if cfg.Header != "" && (!settings.IsToken(cfg.Header) || strings.EqualFold(cfg.Header, "Authorization")) {
		f.Add("Header", "%q is no field for a token", cfg.Header)
	}
	return f.Join()
}

// Bearer is the [Method] of RFC 6750: a token in the Authorization field. Tokens
// in a query or a form, which that RFC permits, would end up in logs; they are
// not looked for.
type Bearer struct {
	cfg       BearerConfig
	challenge string
	invalid   *gangplank.HTTPError
}

// NewBearer returns the Method. It panics if cfg is not valid; see
// [BearerConfig.Validate].
func NewBearer(cfg BearerConfig) *Bearer {
	settings.Check("auth: BearerConfig", cfg.Validate())
	settings.Default(&cfg.RolesClaim, "roles")
	settings.Default(&cfg.Method, "bearer")
	cfg.Header = http.CanonicalHeaderKey(cfg.Header)
	challenge, separator := "Bearer", " "
	if cfg.Realm != "" {
		challenge, separator = `Bearer realm="`+cfg.Realm+`"`, ", "
	}
	return &Bearer{cfg, challenge, gangplank.Error(http.StatusUnauthorized, "The access token is not valid.").
		With("WWW-Authenticate", challenge+separator+`error="invalid_token"`)}
}

// Challenge implements [Method].
func (b *Bearer) Challenge(*http.Request) string { return b.challenge }

const maxToken = 16 << 10

var errToken = errors.New("auth: malformed token")

// Identify implements [Method].
func (b *Bearer) Identify(r *http.Request) (gangplank.Identity, error) {
	token, ok := b.token(r)
	if !ok {
		return gangplank.Identity{}, nil
	}
	if len(token) > maxToken || !isToken68(token) {
		return gangplank.Identity{}, b.invalid.Because(errToken)
	}
	subject, claims, err := b.cfg.Tokens.Token(r.Context(), token)
	var coded interface{ HTTPStatus() int }
	switch {
	case errors.As(err, &coded):
		return gangplank.Identity{}, err
	case err != nil:
		return gangplank.Identity{}, b.invalid.Because(err)
	}
	return gangplank.Identity{Name: subject, Roles: rolesIn(claims[b.cfg.RolesClaim]), Claims: claims, Method: b.cfg.Method, At: issued(claims)}, nil
}

func (b *Bearer) token(r *http.Request) (token string, ok bool) {
	if token, ok := authorization(r, "Bearer"); ok {
		return token, true
	}
	if b.cfg.Header == "" || len(r.Header[b.cfg.Header]) != 1 {
		return "", false
	}
	return strings.TrimSpace(r.Header[b.cfg.Header][0]), true
}

// rolesIn reads the forms in which tokens have lists.
func rolesIn(claim any) (roles []string) {
	switch list := claim.(type) {
	case string:
		return strings.Fields(list)
	case []string:
		return list
	case []any:
		for _, item := range list {
			if role, ok := item.(string); ok {
				roles = append(roles, role)
			}
		}
	}
	return roles
}

// issued is when the user proved something, if the token says so: auth_time, or
// else when the token was made.
func issued(claims map[string]any) time.Time {
	for _, name := range []string{"auth_time", "iat"} {
		if seconds, ok := claims[name].(float64); ok && seconds > 0 && seconds < 1<<40 {
			return time.Unix(int64(seconds), 0)
		}
	}
	return time.Now()
}
