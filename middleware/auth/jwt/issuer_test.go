package jwt_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	golangjwt "github.com/golang-jwt/jwt/v5"

	"github.com/gangplank-web/gangplank/middleware/auth/jwt"
)

// issuer publishes keys and signs tokens.
type issuer struct {
	*httptest.Server
	mu      sync.Mutex
	keys    []map[string]any
	down    bool
	fetches atomic.Int32
}

func newIssuer(t testing.TB) *issuer {
	i := &issuer{}
	i.Server = httptest.NewServer(i)
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.fetches.Add(1)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.down {
		http.Error(w, "down", http.StatusInternalServerError)
		return
	}
	json.NewEncoder(w).Encode(map[string]any{"keys": append([]map[string]any{{"kty": "future"}, {"kty": "RSA", "use": "enc", "kid": "enc"}}, i.keys...)})
}

func (i *issuer) publish(id string, public crypto.PublicKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = append(i.keys, published(id, public))
}

func published(id string, public crypto.PublicKey) map[string]any {
	b64 := base64.RawURLEncoding.EncodeToString
	switch k := public.(type) {
	case *rsa.PublicKey:
		return map[string]any{"kty": "RSA", "kid": id, "n": b64(k.N.Bytes()), "e": "AQAB"}
	case ed25519.PublicKey:
		return map[string]any{"kty": "OKP", "crv": "Ed25519", "kid": id, "x": b64(k)}
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		if err != nil {
			panic(err)
		}
		size := len(point) / 2
		return map[string]any{"kty": "EC", "crv": k.Params().Name, "kid": id, "x": b64(point[1 : 1+size]), "y": b64(point[1+size:])}
	}
	panic("a key of another kind")
}

func (i *issuer) set(down bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.down = down
}

func (i *issuer) config() jwt.Config {
	return jwt.Config{Issuer: "https://issuer.example", Audience: "api", JWKS: i.URL, DangerouslyAllowHTTP: true}
}

// token signs claims over good ones; nil leaves one out.
func token(t testing.TB, method golangjwt.SigningMethod, key any, id string, changes map[string]any) string {
	t.Helper()
	now := time.Now().Unix()
	claims := golangjwt.MapClaims{"iss": "https://issuer.example", "aud": "api", "sub": "alice", "iat": now, "exp": now + 60, "scope": "read write"}
	for name, value := range changes {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	unsigned := golangjwt.NewWithClaims(method, claims)
	if id != "" {
		unsigned.Header["kid"] = id
	}
	signed, err := unsigned.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func edKey() ed25519.PrivateKey {
	_, k, _ := ed25519.GenerateKey(rand.Reader)
	return k
}
