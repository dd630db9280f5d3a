package auth_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

func TestHash(t *testing.T) {
	t.Parallel()
	h := quick()
	b, err := bcrypt.GenerateFromPassword([]byte("wonderland"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	apache := "$2y$" + string(b[4:])
	own := hash(t, "wonderland")
	if !strings.HasPrefix(own, "$argon2id$v=19$m=8,t=1,p=1$") || own == hash(t, "wonderland") {
		t.Errorf("got %s, want another salt each time", own)
	}
	for _, tt := range []struct {
		desc, hash, password string
		ok, stale            bool
		err                  bool
	}{
		{"own", own, "wonderland", true, false, false},
		{"own, wrong", own, "wonderlan", false, false, false},
		{"own, empty", own, "", false, false, false},
		{"bcrypt", string(b), "wonderland", true, true, false},
		{"bcrypt, wrong", string(b), "wonderlanD", false, true, false},
		{"Apache's bcrypt", apache, "wonderland", true, true, false},
		// From test.c of the reference implementation (P-H-C/phc-winner-argon2).
		{"the reference's", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password", true, true, false},
		{"MD5 of Apache", "$apr1$x$y", "wonderland", false, false, true},
		{"SHA-1", "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "password", false, false, true},
		{"plain", "wonderland", "wonderland", false, false, true},
		{"nothing", "", "", false, false, true},
	} {
		ok, stale, err := h.Verify(t.Context(), tt.hash, tt.password)
		if ok != tt.ok || stale != tt.stale && err == nil || (err != nil) != tt.err {
			t.Errorf("%s: got %v, %v, %v", tt.desc, ok, stale, err)
		}
	}
	if _, err := h.Hash(t.Context(), strings.Repeat("x", auth.MaxPassword+1)); err == nil {
		t.Error("a password of any length is hashed")
	}
	wantPanic(t, func() { auth.NewHasher(auth.HasherConfig{Memory: 7, Time: 2000, Concurrent: -1, Queue: -1}) }, "Memory: 7", "Time: 2000", "Concurrent: -1", "Queue: -1")
}

// No more are computed at once than may be, no more wait than may, and who goes
// away waits no longer.
func TestHasherLimits(t *testing.T) {
	t.Parallel()
	h := auth.NewHasher(auth.HasherConfig{Memory: 8 << 10, Time: 1, Concurrent: 1, Queue: 1})
	var wg sync.WaitGroup
	var mu sync.Mutex
	busy, done := 0, 0
	for range 64 {
		wg.Go(func() {
			_, err := h.Hash(context.Background(), "x")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				done++
			case gangplank.StatusOf(err) == 503:
				busy++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if done == 0 || busy == 0 || done+busy != 64 {
		t.Errorf("%d done, %d refused", done, busy)
	}
	gone, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("gone"))
	full := auth.NewHasher(auth.HasherConfig{Memory: 8, Concurrent: 1})
	auth.Fill(full)
	if _, err := full.Hash(gone, "x"); err == nil || err.Error() != "gone" {
		t.Errorf("got %v", err)
	}
}

// A hash made with other settings is made anew when its owner logs in.
func TestRehash(t *testing.T) {
	t.Parallel()
	b, _ := bcrypt.GenerateFromPassword([]byte("wonderland"), bcrypt.MinCost)
	accounts := users{"alice": {Name: "alice", Hash: string(b)}}
	h := guarded(auth.NewBasic("x", auth.NewPasswords(auth.PasswordsConfig{Accounts: accounts, Hasher: quick()})))
	if ask(h, "GET", "/", basic("alice", "wrong")); accounts["alice"].Hash != string(b) {
		t.Fatal("a wrong password was hashed")
	}
	for range 2 {
		if rec := ask(h, "GET", "/", basic("alice", "wonderland")); rec.Code != 200 {
			t.Fatalf("got %d", rec.Code)
		}
		if got := accounts["alice"].Hash; !strings.HasPrefix(got, "$argon2id$") {
			t.Fatalf("got %s", got)
		}
	}
}

// What was right is not computed again, until the account's hash changes or a
// while has passed.
func TestRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		accounts := aliceAndBob(t)
		hasher := quick()
		h := guarded(auth.NewBasic("x", auth.NewPasswords(auth.PasswordsConfig{Accounts: accounts, Hasher: hasher, Remember: time.Minute})))
		if rec := ask(h, "GET", "/", basic("alice", "wonderland")); rec.Code != 200 {
			t.Fatalf("got %d", rec.Code)
		}
		auth.Fill(hasher) // from now on a computation waits for ever
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if rec := ask(h, "GET", "/", basic("alice", "wonderland")); rec.Code != 200 {
			t.Errorf("got %d", rec.Code)
		}
		waits := func(name, password string) bool {
			r := request("GET", "/").WithContext(ctx)
			code := send(h, r, basic(name, password)).Code
			return code != 200 && code != 401
		}
		if !waits("alice", "wonder") || !waits("bob", "wonderland") {
			t.Error("another password or name is remembered")
		}
		if !waits("nobody", "wonderland") {
			t.Error("nothing is computed for an account that does not exist")
		}
		accounts["alice"] = auth.Account{Name: "alice", Hash: accounts["bob"].Hash}
		if !waits("alice", "wonderland") {
			t.Error("the old password still works")
		}
		accounts["alice"] = aliceAndBob(t)["alice"]
	})
}
