package auth_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

func guarded(methods ...auth.Method) http.Handler {
	return gangplank.NewChain(auth.Identify(methods...), auth.Require()).Then(whoami)
}

func TestBasic(t *testing.T) {
	t.Parallel()
	h := guarded(auth.NewBasic("Members only", passwords(t)))
	raw := func(credentials string) string {
		return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(credentials))
	}
	for _, tt := range []struct {
		desc   string
		fields []string
		want   int
	}{
		{"right", []string{basic("alice", "wonderland")}, 200},
		{"scheme in lower case", []string{strings.Replace(basic("alice", "wonderland"), "Basic", "basic", 1)}, 200},
		{"nothing", nil, 401},
		{"another scheme", []string{"Authorization: Digest username=alice"}, 401},
		{"wrong password", []string{basic("alice", "Wonderland")}, 401},
		{"wrong name", []string{basic("carol", "wonderland")}, 401},
		{"no name", []string{basic("", "wonderland")}, 401},
		{"empty password", []string{basic("alice", "")}, 401},
		{"no colon", []string{raw("alice")}, 401},
		{"control character", []string{raw("alice:wonder\x00land")}, 401},
		{"not UTF-8", []string{raw("alice:wonderland\xff")}, 401},
		{"no base64", []string{"Authorization: Basic !!!"}, 401},
		{"only the scheme", []string{"Authorization: Basic"}, 401},
		{"two fields", []string{basic("alice", "wonderland"), basic("alice", "wonderland")}, 401},
		{"very long", []string{basic("alice", strings.Repeat("x", 10_000))}, 401},
	} {
		rec := ask(h, "GET", "/", tt.fields...)
		if rec.Code != tt.want {
			t.Errorf("%s: got %d", tt.desc, rec.Code)
		}
		if tt.want == 200 && rec.Body.String() != "alice by basic as admin editor" {
			t.Errorf("%s: got %q", tt.desc, rec.Body)
		}
		if got := rec.Header().Get("WWW-Authenticate"); tt.want == 401 && got != `Basic realm="Members only", charset="UTF-8"` {
			t.Errorf("%s: got challenge %q", tt.desc, got)
		}
	}
	wantPanic(t, func() { auth.NewBasic(`"x"`, passwords(t)) }, "is no realm")
	wantPanic(t, func() { auth.NewBasic("x", nil) }, "no Passwords")
}

// On a page for everybody wrong credentials are refused all the same, and none
// are needed.
func TestBasicOnPublicPage(t *testing.T) {
	t.Parallel()
	h := auth.Identify(auth.NewBasic("x", passwords(t)))(whoami)
	if rec := ask(h, "GET", "/"); rec.Code != 200 || rec.Body.String() != " by  as " {
		t.Errorf("got %d %q", rec.Code, rec.Body)
	}
	if rec := ask(h, "GET", "/", basic("alice", "x")); rec.Code != 401 {
		t.Errorf("got %d, want 401", rec.Code)
	}
}

// All requests of a page bring the password at once: one computation, no lock-out.
func TestBasicAtOnce(t *testing.T) {
	t.Parallel()
	h := guarded(auth.NewBasic("x", passwords(t)))
	var wg sync.WaitGroup
	var good atomic.Int32
	for range 50 {
		wg.Go(func() {
			if ask(h, "GET", "/", basic("alice", "wonderland")).Code == 200 {
				good.Add(1)
			}
		})
	}
	wg.Wait()
	if got := good.Load(); got != 50 {
		t.Errorf("%d of 50 requests came through", got)
	}
}

// The same guess many times at once counts as one, whether there is the account
// or not: else that would tell.
func TestSameGuess(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"alice", "nobody"} {
		hasher := auth.NewHasher(auth.HasherConfig{Memory: 8, Concurrent: 1})
		p := auth.NewPasswords(auth.PasswordsConfig{Accounts: aliceAndBob(t), Hasher: hasher})
		empty := auth.Fill(hasher)
		var wg sync.WaitGroup
		var wrong atomic.Int32
		for range 40 {
			wg.Go(func() {
				if _, err := p.Check(from("192.0.2.1"), name, "guess"); err == auth.ErrWrongPassword {
					wrong.Add(1)
				}
			})
		}
		auth.Waiting(p, 39)
		empty()
		wg.Wait()
		if got := wrong.Load(); got != 40 {
			t.Errorf("%s: %d of 40 were judged", name, got)
		}
	}
}

// Who goes away while his password is computed takes nobody along who has sent
// the same. An adapter cancels a request with a cause of its own.
func TestSameGuessGoesAway(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{nil, errors.New("connection lost"), context.DeadlineExceeded} {
		hasher := auth.NewHasher(auth.HasherConfig{Memory: 8, Concurrent: 1})
		p := auth.NewPasswords(auth.PasswordsConfig{Accounts: aliceAndBob(t), Hasher: hasher})
		empty := auth.Fill(hasher)
		ctx, cancel := context.WithCancelCause(t.Context())
		first, second := make(chan error), make(chan error)
		check := func(r *http.Request, answer chan error) {
			_, err := p.Check(r, "alice", "wonderland")
			answer <- err
		}
		go check(from("192.0.2.1").WithContext(ctx), first)
		auth.Running(p, 1)
		go check(from("192.0.2.1"), second)
		auth.Waiting(p, 1)
		cancel(cause)
		if err := <-first; !errors.Is(err, context.Cause(ctx)) {
			t.Errorf("%v: who went away got %v", cause, err)
		}
		empty()
		if err := <-second; err != nil {
			t.Errorf("%v: who waited got %v", cause, err)
		}
	}
}

// Who logs in twice at once, and whose password is hashed anew on the way, has the
// new hash in both: the mark of a session is made of it.
func TestRehashAtOnce(t *testing.T) {
	t.Parallel()
	accounts := aliceAndBob(t)
	hasher := auth.NewHasher(auth.HasherConfig{Memory: 16, Concurrent: 1})
	p := auth.NewPasswords(auth.PasswordsConfig{Accounts: accounts, Hasher: hasher})
	empty := auth.Fill(hasher)
	hashes := make(chan string)
	for range 2 {
		go func() {
			account, err := p.Check(from("192.0.2.1"), "alice", "wonderland")
			if err != nil {
				t.Error(err)
			}
			hashes <- account.Hash
		}()
	}
	auth.Waiting(p, 1)
	empty()
	first, second := <-hashes, <-hashes
	if stored := accounts["alice"].Hash; first != stored || second != stored {
		t.Errorf("stored is %s, got %s and %s", stored, first, second)
	}
}

func TestBearer(t *testing.T) {
	t.Parallel()
	key, hashed := auth.NewKey("acme_")
	if len(key) != len("acme_")+32 || hashed != auth.HashKey(key) {
		t.Fatalf("got key %q, hash %q", key, hashed)
	}
	keys, err := auth.NewKeys(auth.Key{Hash: strings.ToUpper(hashed), Name: "robot", Roles: []string{"reader"}})
	if err != nil {
		t.Fatal(err)
	}
	h := guarded(auth.NewBearer(auth.BearerConfig{Tokens: keys, Realm: "api", Header: "x-api-key"}))
	const none, invalid = `Bearer realm="api"`, `Bearer realm="api", error="invalid_token"`
	for _, tt := range []struct {
		desc   string
		fields []string
		want   string // the challenge, or empty
	}{
		{"right", []string{"Authorization: Bearer " + key}, ""},
		{"own field", []string{"X-Api-Key: " + key}, ""},
		{"nothing", nil, none},
		{"wrong", []string{"Authorization: Bearer " + key + "x"}, invalid},
		{"the hash", []string{"Authorization: Bearer " + hashed}, invalid},
		{"empty", []string{"Authorization: Bearer "}, invalid},
		{"no token", []string{"Authorization: Bearer a b"}, invalid},
		{"very long", []string{"Authorization: Bearer " + strings.Repeat("a", 20_000)}, invalid},
		{"own field, wrong", []string{"X-Api-Key: x"}, invalid},
		{"own field twice", []string{"X-Api-Key: " + key, "X-Api-Key: " + key}, none},
		{"basic", []string{basic("a", key)}, none},
	} {
		rec := ask(h, "GET", "/", tt.fields...)
		if got := rec.Header().Get("WWW-Authenticate"); (rec.Code == 200) != (tt.want == "") || got != tt.want {
			t.Errorf("%s: got %d, challenge %q", tt.desc, rec.Code, got)
		}
		if rec.Code == 200 && rec.Body.String() != "robot by bearer as reader" {
			t.Errorf("%s: got %q", tt.desc, rec.Body)
		}
	}
	wantPanic(t, func() { auth.NewBearer(auth.BearerConfig{Realm: `"`, Header: "Authorization"}) }, "Tokens: ", "Realm: ", "Header: ")
	wantPanic(t, func() { auth.NewBearer(auth.BearerConfig{Header: "X-Key()"}) }, `Header: "X-Key()"`)
	if _, err := auth.NewKeys(auth.Key{Hash: "abc", Name: "x"}, auth.Key{Hash: hashed}); err == nil || !strings.Contains(err.Error(), "key 0") || !strings.Contains(err.Error(), "key 1") {
		t.Errorf("got %v", err)
	}
}

// claims is a token that says that of "alice".
type claims map[string]any

func (c claims) Token(context.Context, string) (string, map[string]any, error) {
	return "alice", c, nil
}

// When somebody has proved something is what the token says, but nothing is proved
// in the future.
func TestBearerWithin(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) float64 { return float64(time.Now().Add(d).Unix()) }
	for _, tt := range []struct {
		desc   string
		claims claims
		want   int
	}{
		{"just now", claims{"auth_time": at(0), "iat": at(0)}, 200},
		{"long ago, with a new token", claims{"auth_time": at(-25 * time.Hour), "iat": at(0)}, 401},
		{"in the future", claims{"auth_time": at(24 * time.Hour), "iat": at(0)}, 401},
		{"in the far future", claims{"auth_time": 1e12}, 401},
		{"an old token", claims{"iat": at(-25 * time.Hour)}, 401},
		{"no time", claims{}, 200},
	} {
		h := gangplank.NewChain(auth.Identify(auth.NewBearer(auth.BearerConfig{Tokens: tt.claims})), auth.Require(auth.Within(12*time.Hour))).Then(whoami)
		if rec := ask(h, "GET", "/", "Authorization: Bearer x"); rec.Code != tt.want {
			t.Errorf("%s: got %d, want %d", tt.desc, rec.Code, tt.want)
		}
	}
}
