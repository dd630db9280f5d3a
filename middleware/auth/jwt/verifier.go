package jwt

import (
	"context"
	"errors"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

// Verifier verifies tokens. Its methods may be called from several goroutines.
type Verifier struct {
	cfg    Config
	parser *jwt.Parser
	keys   *keyStore // nil with a Secret
}

// New panics if the settings are wrong. It fetches nothing yet.
func New(cfg Config) *Verifier {
	if err := cfg.Validate(); err != nil {
		panic("jwt: " + err.Error())
	}
	cfg = cfg.withDefaults()
	v := &Verifier{cfg: cfg, parser: jwt.NewParser(
		jwt.WithValidMethods(cfg.Algorithms),
		jwt.WithIssuer(cfg.Issuer),
		jwt.WithAudience(cfg.Audience),
		jwt.WithLeeway(cfg.Leeway),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(),
	)}
	if cfg.Secret == nil {
		v.keys = newKeyStore(cfg)
	}
	return v
}

var (
	errSubject  = errors.New("jwt: a token without a subject")
	errCritical = errors.New("jwt: a token with critical extensions") // RFC 7515, section 4.1.11
)

// Token returns whom a token stands for, and all its claims. An error with
// HTTPStatus 503 says that the keys cannot be fetched.
func (v *Verifier) Token(ctx context.Context, token string) (subject string, claims map[string]any, err error) {
	found := jwt.MapClaims{}
	_, err = v.parser.ParseWithClaims(token, found, func(t *jwt.Token) (any, error) { return v.key(ctx, t) })
	var down *Unavailable
	if errors.As(err, &down) {
		return "", nil, down
	}
	if err != nil {
		return "", nil, fmt.Errorf("jwt: %w", err)
	}
	if subject, err = found.GetSubject(); err != nil || subject == "" {
		return "", nil, errSubject
	}
	return subject, found, nil
}

func (v *Verifier) key(ctx context.Context, t *jwt.Token) (any, error) {
	if _, ok := t.Header["crit"]; ok {
		return nil, errCritical
	}
	if v.keys == nil {
		return v.cfg.Secret, nil
	}
	id, _ := t.Header["kid"].(string)
	return v.keys.find(ctx, id, t.Method.Alg())
}

// Unavailable says that the issuer's keys are not known and cannot be fetched.
type Unavailable struct{ cause error }

// Error implements error.
func (e *Unavailable) Error() string { return "jwt: the issuer's keys: " + e.cause.Error() }

// Unwrap returns the cause.
func (e *Unavailable) Unwrap() error { return e.cause }

// HTTPStatus is 503: the token may be good.
func (e *Unavailable) HTTPStatus() int { return 503 }
