package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Key is an API key as it is stored: by its hash, from which it cannot be got
// back.
type Key struct {
	Hash  string // what HashKey returns
	Name  string // whose it is, or what for
	Roles []string
}

// Keys is [Tokens] for a fixed set of API keys.
type Keys struct{ byHash map[string]Key }

// NewKeys returns the keys, or an error about a Hash or a Name that is none.
func NewKeys(keys ...Key) (*Keys, error) {
	byHash := make(map[string]Key, len(keys))
	var errs []error
	for i, key := range keys {
		hash := strings.ToLower(key.Hash)
		_, double := byHash[hash]
		if b, err := hex.DecodeString(hash); err != nil || len(b) != sha256.Size {
			errs = append(errs, fmt.Errorf("auth: key %d: not a hash that HashKey returns", i))
		} else if double || key.Name == "" {
			errs = append(errs, fmt.Errorf("auth: key %d (%q): no name, or a hash that another has", i, key.Name))
		}
		byHash[hash] = key
	}
	return &Keys{byHash}, errors.Join(errs...)
}

var errKey = errors.New("auth: no such key")

// Token implements [Tokens]. The key is looked up by its hash: how long that
// takes tells something about the hash, and nothing about the key.
func (k *Keys) Token(_ context.Context, token string) (subject string, claims map[string]any, err error) {
	key, ok := k.byHash[HashKey(token)]
	if !ok {
		return "", nil, errKey
	}
	return key.Name, map[string]any{"roles": key.Roles}, nil
}

// NewKey returns a new API key, for its user, and its hash, to be stored. The
// prefix, such as "acme_", tells people, and scanners of published sources, whose
// it is. The rest is 160 random bits.
func NewKey(prefix string) (key, hash string) {
	key = prefix + rand.Text() + rand.Text()[:6]
	return key, HashKey(key)
}

// HashKey returns SHA-256 of the key, in hexadecimal. That is enough for keys,
// which are random; passwords need [Hasher].
func HashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
