package auth

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gangplank-web/gangplank"
)

// Basic is the [Method] of RFC 7617: a name and a password with every request,
// which the browser asks for in a window of its own and sends until it is closed.
// There is no log-out. The password can be read by whoever reads the connection.
//
// A front server that checks nothing must pass the field on: Apache drops it from
// CGI and FastCGI without "CGIPassAuth on".
type Basic struct {
	passwords *Passwords
	challenge string
}

// NewBasic returns the Method. The realm is what the browser may show: printable
// ASCII without quotes. It panics if that is not so.
func NewBasic(realm string, passwords *Passwords) *Basic {
	if !isRealm(realm) {
		panic(fmt.Sprintf("auth: NewBasic: %q is no realm", realm))
	}
	if passwords == nil {
		panic("auth: NewBasic: there are no Passwords")
	}
	return &Basic{passwords, `Basic realm="` + realm + `", charset="UTF-8"`}
}

// Challenge implements [Method].
func (b *Basic) Challenge(*http.Request) string { return b.challenge }

// Identify implements [Method].
func (b *Basic) Identify(r *http.Request) (gangplank.Identity, error) {
	credentials, ok := authorization(r, "Basic")
	if !ok {
		return gangplank.Identity{}, nil
	}
	name, password, ok := parseBasic(credentials)
	if !ok {
		return gangplank.Identity{}, errors.New("auth: malformed Basic credentials")
	}
	account, err := b.passwords.Check(r, name, password)
	if err != nil {
		return gangplank.Identity{}, err
	}
	return gangplank.Identity{Name: account.Name, Roles: account.Roles, Method: "basic", At: time.Now()}, nil
}
