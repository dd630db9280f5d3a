package auth

import (
	"net/http"
	"time"

	"github.com/gangplank-web/gangplank"
)

// DangerouslyTrustRemoteUser is the [Method] that believes the front server:
// whom it calls REMOTE_USER has logged in there, if AUTH_TYPE says how.
//
// Danger: that is true only where the front server has been configured to check
// the password for every path that leads here. nginx's stock parameters fill
// REMOTE_USER from the Basic field of anybody, and have no AUTH_TYPE, or one that
// an administrator has added without a check. Over plain HTTP there are no such
// variables, and nobody is believed; fields such as X-Remote-User are the
// client's word.
//
// The adapters have a setting of the same name, for a whole listener.
func DangerouslyTrustRemoteUser() Method { return remoteUser{} }

type remoteUser struct{}

// Challenge implements [Method]: what there is to say, the front server says.
func (remoteUser) Challenge(*http.Request) string { return "" }

// Identify implements [Method].
func (remoteUser) Identify(r *http.Request) (gangplank.Identity, error) {
	g := gangplank.From(r).Gateway()
	name := g.Var("REMOTE_USER")
	if name == "" || g.Var("AUTH_TYPE") == "" {
		return gangplank.Identity{}, nil
	}
	return gangplank.Identity{Name: name, Method: "remote-user", At: time.Now()}, nil
}

// Roles is a middleware, inside of [Identify], that gives a user who has no roles
// those of the account with that name: for users whom the front server, or a
// provider, has authenticated.
func Roles(accounts Accounts) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			if id := c.User(); id.Name != "" && len(id.Roles) == 0 {
				account, err := accounts.Account(r.Context(), id.Name)
				if err != nil {
					gangplank.Fail(w, r, unavailable.Because(err))
					return
				}
				if account.Name != "" && len(account.Roles) > 0 {
					id.Roles = account.Roles
					c.SetUser(id)
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}
