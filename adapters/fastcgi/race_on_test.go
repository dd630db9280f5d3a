//go:build race

package fastcgi

// Under the race detector a sync.Pool forgets at random.
const poolsForget = true
