package uwsgi

import (
	"encoding/binary"
	"errors"
)

// This file is the wire format and nothing else, as in spec.md: bytes to values and
// back. It knows neither connections nor HTTP.

// headerLen is the size of a packet's header: modifier1, the length of the block
// of variables in two bytes, modifier2. All numbers are little-endian.
const headerLen = 4

// The values of modifier1 that matter here.
const (
	modifierRequest = 0
	modifierPing    = 100
)

type header struct {
	modifier1, modifier2 uint8
	length               int
}

// parseHeader reads a packet's header; b holds headerLen bytes or more.
func parseHeader(b []byte) header {
	return header{modifier1: b[0], length: int(binary.LittleEndian.Uint16(b[1:])), modifier2: b[3]}
}

// appendHeader appends a packet's header.
func appendHeader(b []byte, h header) []byte {
	b = append(b, h.modifier1)
	b = binary.LittleEndian.AppendUint16(b, uint16(h.length))
	return append(b, h.modifier2)
}

var errPair = errors.New("variable cut short")

// cutPair takes the first variable off s: the length of the name in two bytes, the
// name, and the value in the same way. Both are substrings of s.
func cutPair(s string) (name, value, rest string, err error) {
	name, s, ok := cutString(s)
	if !ok || name == "" {
		return "", "", "", errPair
	}
	value, rest, ok = cutString(s)
	if !ok {
		return "", "", "", errPair
	}
	return name, value, rest, nil
}

func cutString(s string) (first, rest string, ok bool) {
	if len(s) < 2 {
		return "", "", false
	}
	n := int(s[0]) | int(s[1])<<8
	s = s[2:]
	if n > len(s) {
		return "", "", false
	}
	return s[:n], s[n:], true
}
