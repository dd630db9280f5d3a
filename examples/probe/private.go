package main

import (
	"context"
	"io"
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

// wonderland is the hash of the password of /private.
const wonderland = "$argon2id$v=19$m=19456,t=2,p=1$KuP3JGpqK0/8tz9jlYJaLg$ipWYwJ02rKCFy9kzwb3P3WH5UKSP3VP6qH2DmNzAWPo"

// onlyAlice is all the accounts.
type onlyAlice struct{}

func (onlyAlice) Account(_ context.Context, name string) (auth.Account, error) {
	if name != "alice" {
		return auth.Account{}, nil
	}
	return auth.Account{Name: "alice", Hash: wonderland}, nil
}

// private is the chain of layers around /private.
func private() []gangplank.Middleware {
	passwords := auth.NewPasswords(auth.PasswordsConfig{Accounts: onlyAlice{}})
	return []gangplank.Middleware{auth.Identify(auth.NewBasic("probe", passwords)), auth.Require()}
}

func hello(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, "hello "+gangplank.From(r).User().Name+"\n")
}
