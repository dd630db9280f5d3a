package auth

import (
	"container/list"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank"
)

// forgetAfter is when a record is of no use any more.
const forgetAfter = 30 * 24 * time.Hour

// throttle counts failures. An attempt counts as one from its beginning, until it
// has succeeded: a thousand guesses at once are not judged by the state before
// the first of them.
type throttle struct {
	cfg     ThrottleConfig
	mu      sync.Mutex
	records map[throttleKey]*list.Element
	recent  list.List // of *record; the one that changed last is in front
}

// throttleKey is an account, a network, or a pair of both.
type throttleKey struct {
	kind    byte
	account string
	network netip.Addr
}

type record struct {
	key      throttleKey
	failures int
	last     time.Time
	locked   time.Time // until then
	known    bool      // the account has logged in from the network
}

func newThrottle(cfg ThrottleConfig) *throttle {
	return &throttle{cfg: cfg.withDefaults(), records: make(map[throttleKey]*list.Element)}
}

// attempt is one try at an account's password.
type attempt struct {
	t        *throttle
	keys     [3]throttleKey // the pair, the account, the network
	limits   [3]int
	anywhere bool // there is no network
}

func (t *throttle) attempt(account string, client netip.Addr) attempt {
	account, network := strings.ToLower(account), networkOf(client)
	return attempt{
		t:        t,
		keys:     [3]throttleKey{{'p', account, network}, {kind: 'a', account: account}, {kind: 'n', network: network}},
		limits:   [3]int{t.cfg.Failures, t.cfg.AccountFailures, t.cfg.NetworkFailures},
		anywhere: !network.IsValid(),
	}
}

func networkOf(client netip.Addr) netip.Addr {
	client = client.Unmap().WithZone("")
	switch {
	case client.IsLoopback():
		return netip.Addr{}
	case client.Is6():
		return netip.PrefixFrom(client, 64).Masked().Addr()
	}
	return client
}

// each calls f for the records that count: without a network the pair is the
// account.
func (a *attempt) each(f func(key throttleKey, limit int)) {
	if a.anywhere {
		f(a.keys[0], a.limits[0])
		return
	}
	for i, key := range a.keys {
		f(key, a.limits[i])
	}
}

// wait returns how long the account is locked for the client, or 0.
func (a *attempt) wait() time.Duration {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	return a.locked(time.Now())
}

func (a *attempt) locked(now time.Time) (wait time.Duration) {
	pair := a.t.get(a.keys[0])
	a.each(func(key throttleKey, _ int) {
		if r := a.t.get(key); r != nil && !(key == a.keys[1] && pair != nil && pair.known) {
			wait = max(wait, r.locked.Sub(now))
		}
	})
	return wait
}

// begin counts the attempt, unless it has to wait.
func (a *attempt) begin() (wait time.Duration) {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	now := time.Now()
	if wait := a.locked(now); wait > 0 {
		return wait
	}
	a.each(func(key throttleKey, limit int) {
		r := a.t.touch(key, now)
		if r.failures++; r.failures >= limit {
			r.locked = now.Add(a.t.cfg.lockFor(r.failures - limit))
		}
	})
	return 0
}

// cancel takes back what has not become a verdict.
func (a *attempt) cancel() {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	a.each(a.t.undo)
}

// succeed forgives the account's failures. The network's stay but for this one:
// with an account of one's own one must not be able to guess at those of others.
func (a *attempt) succeed() {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	r := a.t.touch(a.keys[0], time.Now())
	r.failures, r.locked, r.known = 0, time.Time{}, true
	if !a.anywhere {
		a.t.remove(a.keys[1])
		a.t.undo(a.keys[2], a.limits[2])
	}
}

func (t *throttle) undo(key throttleKey, limit int) {
	if r := t.get(key); r != nil && r.failures > 0 {
		if r.failures--; r.failures < limit {
			r.locked = time.Time{}
		}
	}
}

func (t *throttle) get(key throttleKey) *record {
	if e := t.records[key]; e != nil {
		return e.Value.(*record)
	}
	return nil
}

// touch returns the record under key, made if necessary, as the most recent.
func (t *throttle) touch(key throttleKey, now time.Time) *record {
	if e := t.records[key]; e != nil {
		t.recent.MoveToFront(e)
		r := e.Value.(*record)
		if now.Sub(r.last) > 2*t.cfg.MaxLock { // nobody has guessed for a while
			r.failures = 0
		}
		r.last = now
		return r
	}
	for t.recent.Len() > 0 {
		oldest := t.recent.Back().Value.(*record)
		if len(t.records) < t.cfg.Records && now.Sub(oldest.last) < forgetAfter {
			break
		}
		t.remove(oldest.key)
	}
	r := &record{key: key, last: now}
	t.records[key] = t.recent.PushFront(r)
	return r
}

func (t *throttle) remove(key throttleKey) {
	if e := t.records[key]; e != nil {
		t.recent.Remove(e)
		delete(t.records, key)
	}
}

// lockedOut is the answer to somebody who has to wait.
func lockedOut(wait time.Duration) error {
	seconds := int64((wait + time.Second - 1) / time.Second)
	return gangplank.Error(http.StatusTooManyRequests, "Too many wrong passwords. Please wait "+inWords(seconds)+".").With("Retry-After", fmt.Sprint(seconds))
}

func inWords(seconds int64) string {
	if seconds <= 90 {
		return fmt.Sprintf("%d seconds", seconds)
	}
	return fmt.Sprintf("%d minutes", (seconds+59)/60)
}
