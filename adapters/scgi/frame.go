package scgi

import (
	"errors"
	"strings"
)

// This file is the wire format and nothing else, as in spec.md: bytes to values and
// back. It knows neither connections nor HTTP.

// maxDigits bounds the length of a netstring: more would not fit in 31 bits.
// Zeros before it count, though a netstring should have none.
const maxDigits = 9

var (
	errLength = errors.New("not a netstring")
	errComma  = errors.New("netstring without its comma")
	errPair   = errors.New("header cut short")
)

// parseLength reads the beginning of a netstring, "123:". size is how many bytes
// that took; it is 0 if b holds only a part of it.
func parseLength(b []byte) (size, length int, err error) {
	for i, c := range b {
		switch {
		case c == ':' && i > 0:
			return i + 1, length, nil
		case c < '0' || c > '9' || i == maxDigits:
			return 0, 0, errLength
		}
		length = length*10 + int(c-'0')
	}
	return 0, 0, nil
}

// cutComma takes off the comma that ends a netstring.
func cutComma(s string) (string, error) {
	s, ok := strings.CutSuffix(s, ",")
	if !ok {
		return "", errComma
	}
	return s, nil
}

// cutHeader takes the first header off s: name, NUL, value, NUL. Both are
// substrings of s. A name may not be empty.
func cutHeader(s string) (name, value, rest string, err error) {
	name, s, ok := strings.Cut(s, "\x00")
	if !ok || name == "" {
		return "", "", "", errPair
	}
	value, rest, ok = strings.Cut(s, "\x00")
	if !ok {
		return "", "", "", errPair
	}
	return name, value, rest, nil
}
