//go:build !race

package protocoltest

// PoolsForget says that a sync.Pool forgets at random, as under the race detector.
const PoolsForget = false
