//go:build !race

package ajp

const poolsForget = false
