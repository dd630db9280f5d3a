package auth_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

// BenchmarkRequest is what a request pays: for methods that find nothing, for
// those that find somebody, and for what an attacker sends.
func BenchmarkRequest(b *testing.B) {
	keys, err := auth.NewKeys(auth.Key{Hash: auth.HashKey("acme_0123456789abcdef"), Name: "robot"})
	if err != nil {
		b.Fatal(err)
	}
	bearer := auth.NewBearer(auth.BearerConfig{Tokens: keys})
	basicMethod := auth.NewBasic("x", passwords(b))
	login := auth.NewLogin(auth.LoginConfig{Accounts: aliceAndBob(b)})
	session := newMemory()
	in := session.around(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := login.Begin(r, gangplank.Identity{Name: "alice", Method: "form"}); err != nil {
			b.Error(err)
		}
	}))
	ask(in, "GET", "/")
	chain := gangplank.NewChain(session.around, auth.Identify(bearer, basicMethod))
	done := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	public, private := chain.Then(done), chain.Append(auth.Require()).Then(done)
	withLogin := gangplank.NewChain(session.around, auth.Identify(login), auth.Require()).Then(done)
	for _, bb := range []struct {
		name, field string
		h           http.Handler
	}{
		{"off", "Accept: */*", session.around(done)},
		{"nobody", "Accept: */*", public},
		{"bearer", "Authorization: Bearer acme_0123456789abcdef", private},
		{"basic remembered", basic("alice", "wonderland"), private},
		{"login", "Accept: */*", withLogin},
		{"attacker/token", "Authorization: Bearer " + strings.Repeat("a", 16<<10), private},
		{"attacker/basic", "Authorization: Basic " + strings.Repeat("QQ", 16<<10), private},
	} {
		b.Run(bb.name, func(b *testing.B) {
			r := request("GET", "/")
			name, value, _ := strings.Cut(bb.field, ": ")
			r.Header.Set(name, value)
			b.ReportAllocs()
			for b.Loop() {
				bb.h.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}

// Who asks for nothing pays nothing: no allocation for a request of nobody.
func TestNobodyAllocatesNothing(t *testing.T) {
	if underRace {
		t.Skip("the race detector allocates")
	}
	h := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	methods := auth.Identify(auth.NewBasic("x", passwords(t)), auth.NewLogin(auth.LoginConfig{}))
	count := func(h http.Handler) float64 {
		w, r := httptest.NewRecorder(), request("GET", "/")
		return testing.AllocsPerRun(100, func() { h.ServeHTTP(w, r) })
	}
	without, with := count(as(gangplank.Identity{})(h)), count(gangplank.NewChain(as(gangplank.Identity{}), methods).Then(h))
	if with > without {
		t.Errorf("got %v allocations with, %v without", with, without)
	}
}

// BenchmarkPassword is one computation with the default settings.
func BenchmarkPassword(b *testing.B) {
	h := auth.NewHasher(auth.HasherConfig{})
	hash, err := h.Hash(b.Context(), "wonderland")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if ok, _, err := h.Verify(b.Context(), hash, "wonderland"); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
