package auth

import "context"

// Fill takes all places of a Hasher, for ever.
func Fill(h *Hasher) {
	for range cap(h.turns) {
		_ = h.enter(context.Background())
	}
}

// Records returns how many records of failures there are.
func Records(p *Passwords) int { return len(p.throttle.records) }

// The parsers of what comes from outside.
var (
	ParseHtpasswd = parseHtpasswd
	ParseGroups   = parseGroups
	ParseBasic    = parseBasic
	CheckHash     = checkHash
)

// ReadArgon2id parses a PHC string and writes it again.
func ReadArgon2id(s string) (string, error) {
	a, err := parseArgon2id(s)
	return a.String(), err
}
