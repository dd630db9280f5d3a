//go:build race

package middleware_test

// Under the race detector sync.Pool forgets at random, so that allocations say nothing.
const underRace = true
