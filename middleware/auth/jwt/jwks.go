package jwt

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
)

// key is one of the issuer's public keys and what it may be used for.
type key struct {
	id     string
	public any
	algs   map[string]bool
}

// jwk is a key as it is published: RFC 7517, RFC 7518 section 6, RFC 8037.
type jwk struct {
	Type  string `json:"kty"`
	Use   string `json:"use"`
	Alg   string `json:"alg"`
	ID    string `json:"kid"`
	Curve string `json:"crv"`
	N     string `json:"n"`
	E     string `json:"e"`
	X     string `json:"x"`
	Y     string `json:"y"`
}

const maxKeys = 100

var errKey = errors.New("jwt: not a key")

// parseJWKS returns the keys for signatures. Those of kinds that we do not know
// are passed over, as RFC 7517, section 5 says; a set without any is an error.
func parseJWKS(b []byte) ([]key, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(b, &set); err != nil {
		return nil, fmt.Errorf("jwt: not a set of keys: %w", err)
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("jwt: %d keys are too many", len(set.Keys))
	}
	var keys []key
	for _, raw := range set.Keys {
		var j jwk
		if json.Unmarshal(raw, &j) != nil || j.Use != "" && j.Use != "sig" {
			continue
		}
		if k, err := j.key(); err == nil {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("jwt: no key for signatures in the set")
	}
	return keys, nil
}

// key makes a key of j. Which algorithms go with it is decided here, by its kind:
// never by the token.
func (j jwk) key() (k key, err error) {
	var algs []string
	switch j.Type {
	case "RSA":
		k.public, err = j.rsa()
		algs = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	case "EC":
		k.public, algs, err = j.ec()
	case "OKP":
		k.public, err = j.ed25519()
		algs = []string{"EdDSA"}
	default:
		err = errKey
	}
	if err != nil {
		return key{}, err
	}
	k.id, k.algs = j.ID, make(map[string]bool)
	for _, alg := range algs {
		if j.Alg == "" || j.Alg == alg {
			k.algs[alg] = true
		}
	}
	return k, nil
}

func number(s string) *big.Int {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) > 1024 { // RSA of 8192 bits
		return new(big.Int)
	}
	return new(big.Int).SetBytes(b)
}

func (j jwk) rsa() (*rsa.PublicKey, error) {
	n, e := number(j.N), number(j.E)
	if n.BitLen() < 2048 || !e.IsInt64() || e.Int64() < 3 || e.Int64() > 1<<31-1 || e.Bit(0) == 0 {
		return nil, errKey
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
}

// ec gets an uncompressed point (SEC 1, section 2.3.3) checked by crypto/ecdsa.
func (j jwk) ec() (*ecdsa.PublicKey, []string, error) {
	var curve elliptic.Curve
	var alg string
	switch j.Curve {
	case "P-256":
		curve, alg = elliptic.P256(), "ES256"
	case "P-384":
		curve, alg = elliptic.P384(), "ES384"
	case "P-521":
		curve, alg = elliptic.P521(), "ES512"
	default:
		return nil, nil, errKey
	}
	size := (curve.Params().BitSize + 7) / 8
	x, errX := base64.RawURLEncoding.DecodeString(j.X)
	y, errY := base64.RawURLEncoding.DecodeString(j.Y)
	if errX != nil || errY != nil || len(x) != size || len(y) != size {
		return nil, nil, errKey
	}
	public, err := ecdsa.ParseUncompressedPublicKey(curve, append(append([]byte{4}, x...), y...))
	return public, []string{alg}, err
}

func (j jwk) ed25519() (ed25519.PublicKey, error) {
	x, err := base64.RawURLEncoding.DecodeString(j.X)
	if err != nil || j.Curve != "Ed25519" || len(x) != ed25519.PublicKeySize {
		return nil, errKey
	}
	return x, nil
}
