//go:build race

package auth_test

// The race detector allocates.
const underRace = true
