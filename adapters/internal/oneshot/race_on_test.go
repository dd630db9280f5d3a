//go:build race

package oneshot_test

// Under the race detector a sync.Pool forgets at random.
const poolsForget = true
