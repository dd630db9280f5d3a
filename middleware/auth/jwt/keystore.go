package jwt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// keyStore holds the keys that the issuer publishes, and fetches them when they
// are old or a token has another one.
type keyStore struct {
	cfg   Config
	fetch chan struct{} // a place for who fetches

	mu      sync.Mutex
	keys    []key
	fetched time.Time // when keys was
	tried   time.Time // when the last fetch ended, whatever came of it
	err     error     // what came of it
}

// maxStale is how long keys count that cannot be fetched again.
const maxStale = 24 * time.Hour

const maxJWKS = 1 << 20

var errUnknown = errors.New("jwt: a key that the issuer does not publish")

func newKeyStore(cfg Config) *keyStore {
	return &keyStore{cfg: cfg, fetch: make(chan struct{}, 1)}
}

// find returns the public key of that id for the algorithm. A token without an
// id has the only key that there is for it.
func (s *keyStore) find(ctx context.Context, id, alg string) (any, error) {
	public, fresh, seen := s.look(id, alg)
	if public != nil && fresh {
		return public, nil
	}
	if err := s.refresh(ctx, seen, public == nil); err != nil {
		return nil, err
	}
	if public, _, _ = s.look(id, alg); public == nil {
		return nil, errUnknown
	}
	return public, nil
}

// look looks among the keys that are there. seen tells refresh what the caller
// has seen.
func (s *keyStore) look(id, alg string) (public any, fresh bool, seen time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh = time.Since(s.fetched) < s.cfg.Refresh
	for _, k := range s.keys {
		if !k.algs[alg] || id != "" && k.id != id {
			continue
		}
		if public != nil { // two: it is not clear which
			return nil, fresh, s.tried
		}
		public = k.public
	}
	return public, fresh, s.tried
}

// refresh fetches the keys, unless that has just been done: by somebody else while
// the caller waited, or so lately that an invented id is the likelier reason.
func (s *keyStore) refresh(ctx context.Context, seen time.Time, missing bool) error {
	select {
	case s.fetch <- struct{}{}:
		defer func() { <-s.fetch }()
	case <-ctx.Done():
		return &Unavailable{context.Cause(ctx)}
	}
	s.mu.Lock()
	wait := s.tried != seen || time.Since(s.tried) < s.cfg.Pause
	s.mu.Unlock()
	if !wait {
		keys, err := s.get(ctx)
		s.store(keys, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil && (missing || time.Since(s.fetched) > maxStale) {
		return &Unavailable{s.err}
	}
	return nil
}

func (s *keyStore) store(keys []key, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried, s.err = time.Now(), err
	if err == nil {
		s.keys, s.fetched = keys, s.tried
	}
}

// get does not end with the request that it is for: others wait for it too. The
// client's timeout bounds it.
func (s *keyStore) get(ctx context.Context) ([]key, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.cfg.JWKS, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/jwk-set+json, application/json")
	resp, err := s.cfg.Client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("jwt: %s answers %s", s.cfg.JWKS, resp.Status)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxJWKS+1))
	if err == nil && len(b) > maxJWKS {
		err = fmt.Errorf("jwt: %s has more than %d bytes", s.cfg.JWKS, maxJWKS)
	}
	if err != nil {
		return nil, err
	}
	return parseJWKS(b)
}
