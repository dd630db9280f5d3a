package auth

import (
	"context"
	"runtime"
)

// Fill takes all places of a Hasher, until empty is called.
func Fill(h *Hasher) (empty func()) {
	for range cap(h.turns) {
		_ = h.enter(context.Background())
	}
	return func() {
		for range cap(h.turns) {
			<-h.turns
		}
	}
}

// Waiting waits until so many wait for a verdict that is being found.
func Waiting(p *Passwords, n int) {
	for {
		p.proven.mu.Lock()
		waiting := 0
		for _, v := range p.proven.running {
			waiting += v.waiting
		}
		p.proven.mu.Unlock()
		if waiting >= n {
			return
		}
		runtime.Gosched()
	}
}

// Running waits until so many verdicts are being found.
func Running(p *Passwords, n int) {
	for {
		p.proven.mu.Lock()
		running := len(p.proven.running)
		p.proven.mu.Unlock()
		if running >= n {
			return
		}
		runtime.Gosched()
	}
}

// Records returns how many records of failures there are.
func Records(p *Passwords) int { return len(p.throttle.records) }

// The parsers of what comes from outside.
var (
	ParseHtpasswd = parseHtpasswd
	ParseBasic    = parseBasic
	CheckHash     = checkHash
	Authorization = authorization
	IsToken68     = isToken68
)

// ParseGroups returns the roles of each name.
func ParseGroups(content []byte) map[string][]string {
	members, _ := parseGroups(content)
	roles := make(map[string][]string)
	for _, m := range members {
		roles[m.name] = append(roles[m.name], m.role)
	}
	return roles
}

// ReadArgon2id parses a PHC string and writes it again.
func ReadArgon2id(s string) (string, error) {
	a, err := parseArgon2id(s)
	return a.String(), err
}
