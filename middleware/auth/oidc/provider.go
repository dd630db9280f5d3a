package oidc

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/gangplank-web/gangplank"
)

// Provider logs people in by an OpenID provider.
type Provider struct {
	cfg Config

	mu     sync.Mutex
	known  *known
	failed time.Time // when the provider could not be reached
}

// known is what the provider has published about itself.
type known struct {
	endpoint  oauth2.Endpoint
	verifier  *oidc.IDTokenVerifier
	namesSelf bool // it says who it is when it sends people back: RFC 9207
}

// New panics if the settings are wrong. It asks the provider nothing yet.
func New(cfg Config) *Provider {
	if err := cfg.Validate(); err != nil {
		panic("oidc: " + err.Error())
	}
	return &Provider{cfg: cfg.withDefaults()}
}

var unavailable = gangplank.Error(http.StatusServiceUnavailable, "The site that knows your account cannot be reached just now. Please try again later.")

var errFailed = errors.New("oidc: the provider could not be reached a moment ago")

// pause is how long after a failure nobody tries again.
const pause = 2 * time.Second

// discover asks the provider about itself, until it has answered once.
func (p *Provider) discover() (*known, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	if time.Since(p.failed) < pause { // those who waited need not try one after the other
		return nil, unavailable.Because(errFailed)
	}
	// The context stays with the provider, which fetches its keys with it: not a request's.
	ctx, cancel := context.WithTimeout(p.client(context.Background()), 10*time.Second)
	defer cancel()
	provider, err := oidc.NewProvider(ctx, p.cfg.Issuer)
	if err != nil {
		p.failed = time.Now()
		return nil, unavailable.Because(err)
	}
	var about struct {
		NamesSelf bool `json:"authorization_response_iss_parameter_supported"`
	}
	if err := provider.Claims(&about); err != nil {
		return nil, unavailable.Because(err)
	}
	p.known = &known{
		endpoint:  provider.Endpoint(),
		verifier:  provider.VerifierContext(p.client(context.Background()), &oidc.Config{ClientID: p.cfg.ClientID}),
		namesSelf: about.NamesSelf,
	}
	return p.known, nil
}

func (p *Provider) client(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.cfg.Client)
}

// oauth2 is who we are to the provider, in this request: the mount point is part
// of our address.
func (p *Provider) oauth2(r *http.Request, k *known) *oauth2.Config {
	callback := url.URL{Path: gangplank.From(r).MountPoint() + p.cfg.CallbackPath}
	return &oauth2.Config{
		ClientID:     p.cfg.ClientID,
		ClientSecret: p.cfg.ClientSecret,
		Endpoint:     k.endpoint,
		RedirectURL:  p.cfg.Origin + callback.EscapedPath(),
		Scopes:       p.cfg.Scopes,
	}
}

// Start is the login page: it sends the browser to the provider.
func (p *Provider) Start(w http.ResponseWriter, r *http.Request) {
	gangplank.Try(p.start).ServeHTTP(w, r)
}

func (p *Provider) start(w http.ResponseWriter, r *http.Request) error {
	k, err := p.discover()
	if err != nil {
		return err
	}
	begun := pending{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Next: r.URL.Query().Get("next"), At: time.Now().Unix()}
	if len(begun.Next) > maxNext {
		begun.Next = ""
	}
	session := gangplank.From(r).Session()
	storePending(session, append(loadPending(session), begun))
	w.Header().Set("Cache-Control", "no-store")
	target := p.oauth2(r, k).AuthCodeURL(begun.State, oidc.Nonce(begun.Nonce), oauth2.S256ChallengeOption(begun.Verifier))
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}

const maxNext = 2048

// What a person can be told.
var (
	stale    = gangplank.Error(http.StatusBadRequest, "This log-in has taken too long, or was begun somewhere else. Please begin again.")
	rejected = gangplank.Error(http.StatusForbidden, "You were not logged in.")
)

// Callback is where the provider sends the browser back to.
func (p *Provider) Callback(w http.ResponseWriter, r *http.Request) {
	gangplank.Try(p.callback).ServeHTTP(w, r)
}

func (p *Provider) callback(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer") // the address has the code
	k, err := p.discover()
	if err != nil {
		return err
	}
	query := r.URL.Query()
	begun, ok := take(gangplank.From(r).Session(), query.Get("state"), p.cfg.Patience)
	if !ok {
		return stale
	}
	if err := p.mixedUp(k, query); err != nil {
		return rejected.Because(err)
	}
	if query.Has("error") {
		return rejected.Because(fmt.Errorf("oidc: the provider says %q: %q", query.Get("error"), query.Get("error_description")))
	}
	id, err := p.redeem(r, k, query.Get("code"), begun)
	if err != nil {
		return err
	}
	if err := p.cfg.Login.Begin(r, id); err != nil {
		return err
	}
	p.cfg.Login.Return(w, r, begun.Next)
	return nil
}

// mixedUp finds an answer of another provider (RFC 9207, section 2.4).
func (p *Provider) mixedUp(k *known, query url.Values) error {
	if issuer := query.Get("iss"); issuer != p.cfg.Issuer && (issuer != "" || k.namesSelf) {
		return fmt.Errorf("oidc: an answer of the issuer %q", issuer)
	}
	return nil
}

var errNonce = errors.New("oidc: an ID token for another log-in")

// redeem gets the ID token for the code, and says whose it is.
func (p *Provider) redeem(r *http.Request, k *known, code string, begun pending) (gangplank.Identity, error) {
	ctx := p.client(r.Context())
	tokens, err := p.oauth2(r, k).Exchange(ctx, code, oauth2.VerifierOption(begun.Verifier))
	var refused *oauth2.RetrieveError
	if err != nil && !errors.As(err, &refused) {
		return gangplank.Identity{}, unavailable.Because(err)
	}
	if err != nil {
		return gangplank.Identity{}, rejected.Because(fmt.Errorf("oidc: the code: %s %q", refused.Response.Status, refused.ErrorCode))
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := k.verifier.Verify(ctx, raw)
	if err != nil {
		return gangplank.Identity{}, rejected.Because(fmt.Errorf("oidc: %w", err))
	}
	if token.Nonce != begun.Nonce {
		return gangplank.Identity{}, rejected.Because(errNonce)
	}
	var claims map[string]any
	if err := token.Claims(&claims); err != nil {
		return gangplank.Identity{}, rejected.Because(err)
	}
	id, err := p.cfg.Identity(claims)
	if err != nil {
		return gangplank.Identity{}, rejected.Because(err)
	}
	id.Method, id.At = "oidc", authTime(claims)
	return id, nil
}

// authTime is when the person has proved something to the provider, if it says
// so: a while ago, where it knows the browser.
func authTime(claims map[string]any) time.Time {
	if seconds, ok := claims["auth_time"].(float64); ok && seconds > 0 && seconds < float64(time.Now().Unix()) {
		return time.Unix(int64(seconds), 0)
	}
	return time.Now()
}
