package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

// from makes a request from an address.
func from(client string) *http.Request {
	r := request("GET", "/")
	r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(client), 1234).String()
	return r
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := guarded(auth.NewBasic("x", auth.NewPasswords(auth.PasswordsConfig{
			Accounts: aliceAndBob(t), Hasher: quick(), Remember: -1,
			Throttle: auth.ThrottleConfig{Failures: 3, AccountFailures: 6, NetworkFailures: 8, Lock: time.Minute, MaxLock: 4 * time.Minute},
		})))
		for i, step := range []struct {
			after          time.Duration
			client         string
			name, password string
			want           string // status and Retry-After
		}{
			{0, "192.0.2.1", "alice", "x", "401"},
			{0, "192.0.2.1", "alice", "wonderland", "200"}, // forgives
			{0, "192.0.2.1", "alice", "x", "401"},
			{0, "192.0.2.1", "alice", "x", "401"},
			{0, "192.0.2.1", "Alice", "x", "401"}, // the same account to most stores
			{0, "192.0.2.1", "alice", "wonderland", "429 60"},
			{0, "192.0.2.1", "bob", "builder", "200"},
			{0, "192.0.2.2", "alice", "wonderland", "200"}, // another network
			{59 * time.Second, "192.0.2.1", "alice", "wonderland", "429 1"},
			{time.Second, "192.0.2.1", "alice", "x", "401"},
			{0, "192.0.2.1", "alice", "x", "429 120"}, // twice as long
			{2 * time.Minute, "192.0.2.1", "alice", "x", "401"},
			{0, "192.0.2.1", "alice", "x", "429 240"},
			{4 * time.Minute, "192.0.2.1", "alice", "x", "401"},
			{0, "192.0.2.1", "alice", "x", "429 240"}, // and no longer
			{4 * time.Minute, "192.0.2.1", "alice", "wonderland", "200"},
			{0, "192.0.2.1", "alice", "x", "401"}, // all is forgiven

			// Guessed at from many networks, an account is locked for everybody, but not where its owner has been.
			{24 * time.Hour, "198.51.100.1", "bob", "x", "401"},
			{0, "198.51.100.2", "bob", "x", "401"},
			{0, "198.51.100.3", "bob", "x", "401"},
			{0, "198.51.100.4", "bob", "x", "401"},
			{0, "198.51.100.5", "bob", "x", "401"},
			{0, "198.51.100.6", "bob", "x", "401"},
			{0, "198.51.100.7", "bob", "builder", "429 60"},
			{0, "192.0.2.1", "bob", "builder", "200"},

			// One network guesses at many accounts, of which it has one itself.
			{24 * time.Hour, "2001:db8::1", "a", "x", "401"},
			{0, "2001:db8::2", "b", "x", "401"},
			{0, "2001:db8::3", "c", "x", "401"},
			{0, "2001:db8::4", "d", "x", "401"},
			{0, "2001:db8::1", "bob", "builder", "200"},
			{0, "2001:db8::5", "e", "x", "401"},
			{0, "2001:db8::6", "f", "x", "401"},
			{0, "2001:db8::7", "g", "x", "401"},
			{0, "2001:db8::8", "h", "x", "401"},
			{0, "2001:db8::9", "bob", "builder", "429 60"},
			{0, "2001:db8:0:1::1", "bob", "builder", "200"},

			// On loopback only accounts count: it may be a proxy that nobody has told us of.
			{24 * time.Hour, "127.0.0.1", "a", "x", "401"},
			{0, "127.0.0.1", "a", "x", "401"},
			{0, "::1", "a", "x", "401"},
			{0, "127.0.0.1", "a", "x", "429 60"},
			{0, "127.0.0.1", "b", "x", "401"},
			{0, "127.0.0.1", "c", "x", "401"},
			{0, "127.0.0.1", "d", "x", "401"},
			{0, "127.0.0.1", "e", "x", "401"},
			{0, "127.0.0.1", "f", "x", "401"},
			{0, "127.0.0.1", "g", "x", "401"},
			{0, "127.0.0.1", "h", "x", "401"},
			{0, "127.0.0.1", "alice", "wonderland", "200"},
		} {
			time.Sleep(step.after) // of the bubble's clock
			rec := send(h, from(step.client), basic(step.name, step.password))
			if got := strings.TrimSpace(fmt.Sprint(rec.Code, " ", rec.Header().Get("Retry-After"))); got != step.want {
				t.Errorf("step %d, %s from %s: got %s, want %s", i, step.name, step.client, got, step.want)
			}
		}
	})
}

// A thousand guesses at once are no more than as many one by one.
func TestThrottleAtOnce(t *testing.T) {
	t.Parallel()
	p := auth.NewPasswords(auth.PasswordsConfig{Accounts: aliceAndBob(t), Hasher: quick(), Throttle: auth.ThrottleConfig{Failures: 4}})
	answers := make(chan error)
	for i := range 200 {
		go func() {
			_, err := p.Check(from("192.0.2.1"), "alice", fmt.Sprint("guess", i))
			answers <- err
		}()
	}
	count := map[int]int{}
	for range 200 {
		err := <-answers
		if err == auth.ErrWrongPassword {
			count[401]++
		} else {
			count[gangplank.StatusOf(err)]++
		}
	}
	if count[401] != 4 || count[429] != 196 {
		t.Errorf("got %v, want 4 judged and 196 refused", count)
	}
}

// folding finds an account by names that differ, as databases do that compare
// without accents and trailing spaces.
type folding struct{ users }

func (f folding) Account(ctx context.Context, name string) (auth.Account, error) {
	return f.users.Account(ctx, strings.ReplaceAll(strings.TrimRight(name, " "), "á", "a"))
}

// An account is locked under all its names, also for a password that is remembered.
func TestThrottleSpellings(t *testing.T) {
	t.Parallel()
	p := auth.NewPasswords(auth.PasswordsConfig{Accounts: folding{aliceAndBob(t)}, Hasher: quick(), Throttle: auth.ThrottleConfig{Failures: 4}})
	if _, err := p.Check(from("192.0.2.1"), "álice", "wonderland"); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"alice", "álice", "alice ", "alice  "} {
		if _, err := p.Check(from("192.0.2.1"), name, "guess"); err != auth.ErrWrongPassword {
			t.Errorf("guess %d: got %v", i, err)
		}
	}
	for _, name := range []string{"alice", "álice", "alice   "} {
		if _, err := p.Check(from("192.0.2.1"), name, "wonderland"); gangplank.StatusOf(err) != http.StatusTooManyRequests {
			t.Errorf("%q: got %v", name, err)
		}
	}
}

// A flood of invented names does not take more memory than it may.
func TestThrottleRecords(t *testing.T) {
	t.Parallel()
	p := auth.NewPasswords(auth.PasswordsConfig{Accounts: aliceAndBob(t), Hasher: quick(), Throttle: auth.ThrottleConfig{Records: 10}})
	for i := range 100 {
		if _, err := p.Check(from("192.0.2.1"), fmt.Sprint(i), "x"); err != auth.ErrWrongPassword {
			if gangplank.StatusOf(err) == 429 {
				continue // the network's limit
			}
			t.Fatal(err)
		}
	}
	if got := auth.Records(p); got > 10 {
		t.Errorf("%d records", got)
	}
	wantPanic(t, func() {
		auth.NewPasswords(auth.PasswordsConfig{Throttle: auth.ThrottleConfig{Failures: -1, Lock: time.Hour, MaxLock: time.Minute}})
	}, "auth: PasswordsConfig: Accounts: there are none", "Failures: -1", "Lock, MaxLock: 1h0m0s, 1m0s")
}

// What is wrong is told in the order of the fields, every time.
func TestThrottleFaults(t *testing.T) {
	t.Parallel()
	const want = "Failures: -1 is negative\nAccountFailures: -2 is negative\nNetworkFailures: -3 is negative\nRecords: -4 is negative"
	for range 20 {
		got := auth.ThrottleConfig{Failures: -1, AccountFailures: -2, NetworkFailures: -3, Records: -4}.Validate()
		if got == nil || got.Error() != want {
			t.Fatalf("got %v", got)
		}
	}
}
