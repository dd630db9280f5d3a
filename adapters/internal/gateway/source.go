package gateway

import "strings"

// A Source holds the variables of one request in the order in which the front
// server sent them.
//
// It is a cursor and not an iterator or a slice: an adapter can then hand over
// the block as it came from the wire and decode each pair in place, without a
// slice of pairs (a kilobyte per request) or a closure.
type Source interface {
	// Pair returns the pair at pos and the position of the pair after it. The
	// first pair is at 0. Past the last one, ok is false. The strings must stay
	// valid as long as the request does; a malformed block is the protocol's to
	// refuse, before this.
	Pair(pos int) (name, value string, next int, ok bool)
}

// Variable is one pair.
type Variable struct{ Name, Value string }

// List is a Source of decoded pairs.
type List []Variable

// Pair implements Source.
func (l List) Pair(pos int) (name, value string, next int, ok bool) {
	if pos >= len(l) {
		return "", "", pos, false
	}
	return l[pos].Name, l[pos].Value, pos + 1, true
}

// Environ is a Source of "NAME=value" strings, as from os.Environ.
type Environ []string

// Pair implements Source.
func (e Environ) Pair(pos int) (name, value string, next int, ok bool) {
	if pos >= len(e) {
		return "", "", pos, false
	}
	name, value, _ = strings.Cut(e[pos], "=")
	return name, value, pos + 1, true
}
