package gangplank

import (
	"slices"
	"time"
)

// Identity is who was authenticated, whatever proved it. The zero Identity is
// nobody.
type Identity struct {
	Name   string         // the account: a user name, a key's name, a token's subject
	Roles  []string       // what Require and HasRole look at
	Claims map[string]any // what else the proof said; not to be changed
	Method string         // how it was proved: "basic", "form", "bearer", "remote-user" ...
	At     time.Time      // when it was proved, which for a session lies in the past
}

// Anonymous reports whether nobody was authenticated.
func (id Identity) Anonymous() bool { return id.Name == "" && id.Method == "" }

// HasRole reports whether role is among the identity's.
func (id Identity) HasRole(role string) bool { return slices.Contains(id.Roles, role) }
