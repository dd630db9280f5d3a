package fastcgi

import (
	"encoding/binary"
	"errors"
)

// Name-value pairs, section 3.4 of the specification: the length of the name, the
// length of the value, name, value. A length takes one byte below 128, else four
// with the top bit set.

const longLength = 1 << 31

var errPair = errors.New("name-value pair cut short")

// cutPair takes the first name-value pair off s. Name and value are substrings
// of s, so that a whole parameter block costs one allocation.
//
// Each length is compared with what is left before the next one is looked at,
// and they are never added up: the sum is what overflowed in net/http/fcgi on 32
// bits and in libfcgi (CVE-2025-23016).
func cutPair(s string) (name, value, rest string, err error) {
	if len(s) >= 2 && s[0]|s[1] < 0x80 { // as nearly all are; here the sum is 254 at most
		n, end := 2+int(s[0]), 2+int(s[0])+int(s[1])
		if end > len(s) {
			return "", "", "", errPair
		}
		return s[2:n], s[n:end], s[end:], nil
	}
	nameLen, s, err := cutLength(s)
	if err != nil {
		return "", "", "", err
	}
	valueLen, s, err := cutLength(s)
	if err != nil {
		return "", "", "", err
	}
	if nameLen > uint32(len(s)) || valueLen > uint32(len(s))-nameLen {
		return "", "", "", errPair
	}
	value = s[nameLen:]
	return s[:nameLen], value[:valueLen], value[valueLen:], nil
}

func cutLength(s string) (n uint32, rest string, err error) {
	if len(s) == 0 {
		return 0, "", errPair
	}
	if s[0] < 0x80 {
		return uint32(s[0]), s[1:], nil
	}
	if len(s) < 4 {
		return 0, "", errPair
	}
	n = uint32(s[0]&0x7f)<<24 | uint32(s[1])<<16 | uint32(s[2])<<8 | uint32(s[3])
	return n, s[4:], nil
}

// countPairs checks a whole block and counts its pairs. It stops with an error
// after limit of them.
func countPairs(block string, limit int) (n int, err error) {
	for ; len(block) > 0; n++ {
		if n == limit {
			return n, errTooManyPairs
		}
		if _, _, block, err = cutPair(block); err != nil {
			return n, err
		}
	}
	return n, nil
}

var errTooManyPairs = errors.New("too many parameters")

// appendPair appends a name-value pair. Neither may be longer than the format
// can say, which is 2 GiB.
func appendPair(b []byte, name, value string) []byte {
	b = appendLength(b, len(name))
	b = appendLength(b, len(value))
	b = append(b, name...)
	return append(b, value...)
}

func appendLength(b []byte, n int) []byte {
	if n < 0x80 {
		return append(b, byte(n))
	}
	return binary.BigEndian.AppendUint32(b, uint32(n)|longLength)
}

// appendValues appends the GET_VALUES_RESULT that answers query, the content of
// a GET_VALUES: those of the names asked for that lookup knows, in one record
// (section 4.1). It fails on a malformed query, and answers no more than fits.
func appendValues(b []byte, query string, lookup func(name string) (string, bool)) ([]byte, error) {
	start := len(b)
	b = appendHeader(b, typeGetValuesResult, 0, 0)
	for len(query) > 0 {
		name, _, rest, err := cutPair(query)
		if err != nil {
			return b[:start], err
		}
		query = rest
		value, ok := lookup(name)
		if !ok {
			continue
		}
		if longer := appendPair(b, name, value); len(longer)-start-headerLen <= maxContent {
			b = longer
		}
	}
	putHeader(b[start:], typeGetValuesResult, 0, len(b)-start-headerLen)
	return b, nil
}
