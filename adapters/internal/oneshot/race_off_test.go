//go:build !race

package oneshot_test

const poolsForget = false
