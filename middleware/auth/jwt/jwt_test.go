package jwt_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	golangjwt "github.com/golang-jwt/jwt/v5"

	"github.com/gangplank-web/gangplank/middleware/auth/jwt"
)

func TestAlgorithms(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	ed := edKey()
	i.publish("r", &rsaKey().PublicKey)
	i.publish("e", ed.Public())
	v := jwt.New(i.config())
	check := func(method golangjwt.SigningMethod, key any, id string, want bool) {
		t.Helper()
		subject, claims, err := v.Token(t.Context(), token(t, method, key, id, nil))
		if (err == nil) != want || want && (subject != "alice" || claims["scope"] != "read write") {
			t.Errorf("%s with key %q: got %q, %v, %v", method.Alg(), id, subject, claims, err)
		}
	}
	check(golangjwt.SigningMethodRS256, rsaKey(), "r", true)
	check(golangjwt.SigningMethodPS256, rsaKey(), "r", true)
	check(golangjwt.SigningMethodRS256, rsaKey(), "", true) // the only one
	check(golangjwt.SigningMethodEdDSA, ed, "e", true)
	for id, c := range map[string]struct {
		curve  elliptic.Curve
		method golangjwt.SigningMethod
	}{"p256": {elliptic.P256(), golangjwt.SigningMethodES256}, "p384": {elliptic.P384(), golangjwt.SigningMethodES384}, "p521": {elliptic.P521(), golangjwt.SigningMethodES512}} {
		k, err := ecdsa.GenerateKey(c.curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		i.publish(id, &k.PublicKey)
		v = jwt.New(i.config())
		check(c.method, k, id, true)
		check(c.method, k, "r", false)
	}

	check(golangjwt.SigningMethodRS384, rsaKey(), "r", false) // not permitted
	check(golangjwt.SigningMethodRS256, rsaKey(), "e", false)
	check(golangjwt.SigningMethodRS256, rsaKey(), "x", false)
	check(golangjwt.SigningMethodNone, golangjwt.UnsafeAllowNoneSignatureType, "r", false)
	check(golangjwt.SigningMethodNone, golangjwt.UnsafeAllowNoneSignatureType, "", false)
	// The public key taken for a secret: RFC 8725, section 2.1.
	check(golangjwt.SigningMethodHS256, rsaKey().PublicKey.N.Bytes(), "r", false)
	another, _ := rsa.GenerateKey(rand.Reader, 2048)
	check(golangjwt.SigningMethodRS256, another, "r", false)
}

func TestClaims(t *testing.T) {
	t.Parallel()
	secret := []byte(strings.Repeat("s", 32))
	v := jwt.New(jwt.Config{Issuer: "https://issuer.example", Audience: "api", Secret: secret})
	now := time.Now().Unix()
	for _, tt := range []struct {
		desc    string
		changes map[string]any
		want    bool
	}{
		{"good", nil, true},
		{"one of several audiences", map[string]any{"aud": []string{"web", "api"}}, true},
		{"clocks that differ", map[string]any{"exp": now - 20, "iat": now + 20, "nbf": now + 20}, true},
		{"over", map[string]any{"exp": now - 40}, false},
		{"without an end", map[string]any{"exp": nil}, false},
		{"an end that is no number", map[string]any{"exp": "soon"}, false},
		{"not yet", map[string]any{"nbf": now + 40}, false},
		{"from the future", map[string]any{"iat": now + 40}, false},
		{"another issuer", map[string]any{"iss": "https://issuer.example.evil"}, false},
		{"no issuer", map[string]any{"iss": nil}, false},
		{"another audience", map[string]any{"aud": "web"}, false},
		{"no audience", map[string]any{"aud": nil}, false},
		{"no subject", map[string]any{"sub": nil}, false},
		{"empty subject", map[string]any{"sub": ""}, false},
	} {
		_, _, err := v.Token(t.Context(), token(t, golangjwt.SigningMethodHS256, secret, "", tt.changes))
		if (err == nil) != tt.want {
			t.Errorf("%s: got %v", tt.desc, err)
		}
	}
	unsigned := golangjwt.NewWithClaims(golangjwt.SigningMethodHS256, golangjwt.MapClaims{"iss": "https://issuer.example", "aud": "api", "sub": "alice", "exp": now + 60})
	unsigned.Header["crit"] = []string{"exp"}
	critical, _ := unsigned.SignedString(secret)
	if _, _, err := v.Token(t.Context(), critical); err == nil {
		t.Error("critical extensions are passed over")
	}
	good := token(t, golangjwt.SigningMethodHS256, secret, "", nil)
	for at := range good {
		if good[at] == '.' {
			continue
		}
		b := []byte(good)
		if b[at]++; b[at] == '.' {
			b[at]++
		}
		if _, _, err := v.Token(t.Context(), string(b)); err == nil {
			t.Errorf("with %q at %d it is believed too", b[at], at)
		}
	}
}

// The issuer changes its keys; invented ids make no fetches.
func TestRotation(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	first, second := edKey(), edKey()
	i.publish("1", first.Public())
	cfg := i.config()
	cfg.Pause = time.Nanosecond
	quick := jwt.New(cfg)
	slow := jwt.New(i.config())
	works := func(v *jwt.Verifier, key ed25519.PrivateKey, id string) error {
		_, _, err := v.Token(t.Context(), token(t, golangjwt.SigningMethodEdDSA, key, id, nil))
		return err
	}
	for range 3 {
		if err := errors.Join(works(quick, first, "1"), works(slow, first, "1")); err != nil {
			t.Fatal(err)
		}
	}
	if got := i.fetches.Load(); got != 2 {
		t.Errorf("%d fetches of two verifiers", got)
	}
	i.publish("2", second.Public())
	if err := errors.Join(works(quick, second, "2"), works(quick, first, "1")); err != nil {
		t.Error(err)
	}
	for n := range 20 {
		if err := works(slow, second, fmt.Sprint("invented", n)); err == nil {
			t.Error("an invented key is believed")
		}
	}
	if got := i.fetches.Load(); got != 3 {
		t.Errorf("%d fetches, want 3: invented ids make some", got)
	}

	// While the issuer is down what is known goes on to count.
	i.set(true)
	if err := works(quick, first, "1"); err != nil {
		t.Error(err)
	}
	var down *jwt.Unavailable
	if err := works(quick, first, "3"); !errors.As(err, &down) || down.HTTPStatus() != 503 {
		t.Errorf("got %v, want it to be unavailable", err)
	}
	if err := works(jwt.New(i.config()), first, "1"); !errors.As(err, &down) {
		t.Errorf("got %v, want it to be unavailable", err)
	}
}

// Many tokens at once make one fetch.
func TestFetchedOnce(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	key := edKey()
	i.publish("1", key.Public())
	v := jwt.New(i.config())
	signed := token(t, golangjwt.SigningMethodEdDSA, key, "1", nil)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, _, err := v.Token(t.Context(), signed); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := i.fetches.Load(); got != 1 {
		t.Errorf("%d fetches", got)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	for want, cfg := range map[string]jwt.Config{
		"Issuer: there is none":           {},
		"Audience: there is none":         {},
		"JWKS, Secret: one of the two":    {JWKS: "https://x", Secret: make([]byte, 32)},
		"Secret: 5 bytes":                 {Secret: []byte("short")},
		"is not an https address":         {JWKS: "http://x"},
		`Algorithms: "none" is not`:       {JWKS: "https://x", Algorithms: []string{"none"}},
		`Algorithms: "HS256" is not`:      {JWKS: "https://x", Algorithms: []string{"HS256"}},
		`Algorithms: "RS256" is not`:      {Secret: make([]byte, 32), Algorithms: []string{"RS256"}},
		"Leeway, Refresh, Pause: -1ns is": {Leeway: -1},
	} {
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	defer func() {
		if got := fmt.Sprint(recover()); !strings.HasPrefix(got, "jwt: Issuer: ") {
			t.Errorf("got panic %s", got)
		}
	}()
	jwt.New(jwt.Config{})
}

func FuzzToken(f *testing.F) {
	secret := []byte(strings.Repeat("s", 32))
	v := jwt.New(jwt.Config{Issuer: "https://issuer.example", Audience: "api", Secret: secret})
	good := token(f, golangjwt.SigningMethodHS256, secret, "", map[string]any{"exp": 1 << 40})
	f.Add(good)
	f.Add(good[:strings.LastIndexByte(good, '.')+1])
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, s string) {
		if _, _, err := v.Token(t.Context(), s); err == nil && s != good {
			t.Fatalf("%q is believed", s)
		}
	})
}

func Example() {
	secret := []byte("a secret of thirty-two bytes ...")
	tokens := jwt.New(jwt.Config{Issuer: "https://issuer.example", Audience: "api", Secret: secret})
	claims := golangjwt.MapClaims{"iss": "https://issuer.example", "aud": "api", "sub": "alice", "exp": time.Now().Unix() + 60}
	for _, audience := range []string{"api", "another"} {
		own := maps.Clone(claims)
		own["aud"] = audience
		signed, _ := golangjwt.NewWithClaims(golangjwt.SigningMethodHS256, own).SignedString(secret)
		subject, _, err := tokens.Token(context.Background(), signed)
		fmt.Println(subject, err)
	}
	// Output:
	// alice <nil>
	//  jwt: token has invalid claims: token has invalid audience
}
