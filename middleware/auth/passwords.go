package auth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Account is somebody who can log in with a password.
type Account struct {
	Name  string   // as it is to appear, and what wrong passwords count for; empty: there is no such account
	Hash  string   // of the password: argon2id as a PHC string, or bcrypt
	Roles []string // what Role looks at
}

// Accounts finds accounts. Its method may be called from several goroutines.
type Accounts interface {
	// Account returns the account that is called name. One that does not exist
	// has no Name, and that is no error; it may have a Hash, to compare a
	// password with that cannot be right and to take as long about it as for one
	// that exists. Without it, it is as long as for a hash of Hasher.Hash.
	Account(ctx context.Context, name string) (Account, error)
}

// Rehasher is what an Accounts has that stores better hashes: after somebody has
// logged in with a hash that was made with other settings than those of today. The
// sessions that began with the old hash go on.
type Rehasher interface {
	// SetHash replaces the hash old, and nothing if another is stored by now.
	SetHash(ctx context.Context, name, old, hash string) error
}

// PasswordsConfig holds the settings of [NewPasswords].
type PasswordsConfig struct {
	_ [0]func()

	// Accounts is required.
	Accounts Accounts

	// Hasher computes. Default: one of the zero HasherConfig.
	Hasher *Hasher

	// Throttle limits attempts.
	Throttle ThrottleConfig

	// Remember is for how long a name and a password that were right are not
	// computed again, so that Basic, which sends them with every request, is not
	// slow. What is kept in memory for it is no hash that could be guessed at
	// elsewhere; a change of the account's hash ends it. Default: 5 minutes;
	// negative: never.
	Remember time.Duration
}

// Validate reports all that is wrong with the settings.
func (cfg PasswordsConfig) Validate() error {
	var f settings.Faults
	if cfg.Accounts == nil {
		f.Add("Accounts", "there are none")
	}
	return errors.Join(f.Join(), cfg.Throttle.Validate())
}

// Passwords judges names and passwords: with a limit on attempts, and in the same
// time whether the account exists or not.
type Passwords struct {
	accounts Accounts
	hasher   *Hasher
	throttle *throttle
	proven   *proven
}

// NewPasswords returns the judge of names and passwords. It panics if cfg is not
// valid; see [PasswordsConfig.Validate].
func NewPasswords(cfg PasswordsConfig) *Passwords {
	settings.Check("auth: PasswordsConfig", cfg.Validate())
	if cfg.Hasher == nil {
		cfg.Hasher = NewHasher(HasherConfig{})
	}
	settings.Default(&cfg.Remember, 5*time.Minute)
	return &Passwords{cfg.Accounts, cfg.Hasher, newThrottle(cfg.Throttle), newProven(cfg.Remember)}
}

// ErrWrongPassword says that there is no such account or that its password is
// another; which of the two, nobody learns.
var ErrWrongPassword = errors.New("auth: wrong name or password")

// Check returns the account whose name and password were sent with r, or
// [ErrWrongPassword], or an error that is an answer: 429 when the account is
// locked, 503 when too many log in.
func (p *Passwords) Check(r *http.Request, name, password string) (Account, error) {
	if name == "" || len(name) > maxName || len(password) > MaxPassword {
		return Account{}, ErrWrongPassword
	}
	try := p.throttle.attempt(name, gangplank.From(r).ClientIP())
	if wait := try.wait(); wait > 0 {
		return Account{}, lockedOut(wait)
	}
	account, err := p.accounts.Account(r.Context(), name)
	if err != nil {
		return Account{}, unavailable.Because(err)
	}
	if account.Name != "" { // each spelling that finds it would be a new beginning
		try = p.throttle.attempt(account.Name, gangplank.From(r).ClientIP())
		if wait := try.wait(); wait > 0 {
			return Account{}, lockedOut(wait)
		}
	}
	err = p.proven.once(r.Context(), name, &account, password, func() error {
		return p.judge(r, &try, &account, password)
	})
	if err != nil {
		return Account{}, err
	}
	return account, nil
}

const maxName = 255

var unavailable = gangplank.Error(http.StatusServiceUnavailable, "Nobody can log in just now. Please try again later.")

// judge computes, as one attempt.
func (p *Passwords) judge(r *http.Request, try *attempt, account *Account, password string) error {
	if wait := try.begin(); wait > 0 {
		return lockedOut(wait)
	}
	ok, stale, err := p.compare(r.Context(), account, password)
	switch {
	case err != nil:
		try.cancel()
		return err
	case !ok:
		// Not the name that was sent: people type passwords there.
		gangplank.From(r).Logger().Warn("auth: wrong password", "user", account.Name, "client", gangplank.From(r).ClientIP())
		return ErrWrongPassword
	}
	try.succeed()
	if stale {
		p.rehash(r, account, password)
	}
	return nil
}

// compare takes as long for an account that does not exist, or whose hash is of
// no kind that we know.
func (p *Passwords) compare(ctx context.Context, account *Account, password string) (ok, stale bool, err error) {
	if account.Hash == "" || checkHash(account.Hash) != nil {
		return false, false, p.hasher.spend(ctx, password)
	}
	ok, stale, err = p.hasher.Verify(ctx, account.Hash, password)
	return ok && account.Name != "", stale, err
}

func (p *Passwords) rehash(r *http.Request, account *Account, password string) {
	store, ok := p.accounts.(Rehasher)
	if !ok {
		return
	}
	hash, err := p.hasher.again(r.Context(), account.Hash, password)
	if err == nil {
		err = store.SetHash(r.Context(), account.Name, account.Hash, hash)
	}
	if err != nil { // the old one is as good as before
		gangplank.From(r).Logger().Warn("auth: a password is not hashed anew", "user", account.Name, "error", err)
		return
	}
	account.Hash = hash
}
