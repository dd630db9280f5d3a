//go:build race

package ajp

// Under the race detector a sync.Pool forgets at random.
const poolsForget = true
