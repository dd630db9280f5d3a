//go:build race

package compress_test

const underRace = true
