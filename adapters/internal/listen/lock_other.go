//go:build unix && !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package listen

func lock(string) (unlock func(), err error) { return func() {}, nil }
