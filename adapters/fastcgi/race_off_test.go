//go:build !race

package fastcgi

const poolsForget = false
