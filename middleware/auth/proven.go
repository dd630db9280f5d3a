package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"sync"
	"time"
)

// proven remembers which credentials were right, and lets requests that bring the
// same at the same time wait for one verdict: a browser sends a password with
// each of the ten requests of a page.
//
// The key is a MAC under a key of this process, over the account's hash too: what
// is in memory helps nobody to guess, and a new password is a new key.
type proven struct {
	keep time.Duration
	key  [32]byte

	mu      sync.Mutex
	until   map[credential]time.Time
	running map[credential]*verdict
}

type credential [sha256.Size]byte

type verdict struct {
	done    chan struct{}
	err     error   // after done
	account Account // after done: it may have got a better hash
	waiting int     // how many besides who finds it
}

const maxProven = 4096

func newProven(keep time.Duration) *proven {
	p := &proven{keep: keep, until: make(map[credential]time.Time), running: make(map[credential]*verdict)}
	_, _ = rand.Read(p.key[:]) // never fails
	return p
}

func (p *proven) credential(name string, account Account, password string) (c credential) {
	mac := hmac.New(sha256.New, p.key[:])
	for _, part := range []string{name, account.Name, account.Hash, password} {
		_ = binary.Write(mac, binary.BigEndian, uint32(len(part)))
		mac.Write([]byte(part))
	}
	mac.Sum(c[:0])
	return c
}

// once returns nil if the credentials were right a while ago, else what judge
// says, which may be running for another request. A name without an account goes
// the same way: how many of the same guesses count as one must not tell either.
func (p *proven) once(ctx context.Context, name string, account *Account, password string, judge func() error) error {
	c := p.credential(name, *account, password)
	for {
		v, mine := p.join(c)
		if v == nil {
			return nil
		}
		if mine {
			return p.run(ctx, c, v, account, judge)
		}
		select {
		case <-v.done:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if v.err == nil {
			*account = v.account
		}
		if v.err != errNoVerdict {
			return v.err
		}
	}
}

// join returns the verdict to wait for, and whether it is the caller who has to
// find it; or nil if the credentials are known to be right.
func (p *proven) join(c credential) (v *verdict, mine bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until, ok := p.until[c]; ok && time.Now().Before(until) {
		return nil, false
	}
	if v := p.running[c]; v != nil {
		v.waiting++
		return v, false
	}
	v = &verdict{done: make(chan struct{}), err: errNoVerdict} // if judge panics
	p.running[c] = v
	return v, true
}

// errNoVerdict says that whoever was to find a verdict went away before: those who
// wait find it themselves. Adapters cancel a context with causes of their own.
var errNoVerdict = errors.New("auth: no verdict")

func (p *proven) run(ctx context.Context, c credential, v *verdict, account *Account, judge func() error) error {
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.running, c)
		if v.err == nil && p.keep > 0 {
			p.add(c)
		}
		close(v.done)
	}()
	err := judge()
	if cause := context.Cause(ctx); err == nil || cause == nil || !errors.Is(err, cause) {
		v.err, v.account = err, *account
	}
	return err
}

func (p *proven) add(c credential) {
	now := time.Now()
	if len(p.until) >= maxProven {
		for other, until := range p.until {
			if len(p.until) >= maxProven || now.After(until) {
				delete(p.until, other)
			}
		}
	}
	p.until[c] = now.Add(p.keep)
}
