package gateway

import (
	"io"
	"iter"
	"time"

	"github.com/gangplank-web/gangplank"
)

// Var returns the value of a variable as the front server sent it; the last
// one, if it was sent more than once.
func (q *Request) Var(name string) (value string, ok bool) {
	if q.src == nil {
		return "", false
	}
	return variable(q.src, name)
}

// Vars yields all variables in the order in which the front server sent them.
func (q *Request) Vars() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		if q.src == nil {
			return
		}
		for pos := 0; ; {
			name, value, next, ok := q.src.Pair(pos)
			if !ok || !yield(name, value) {
				return
			}
			pos = next
		}
	}
}

// Stderr returns nil: there is no error stream.
func (q *Request) Stderr() io.Writer { return nil }

// SetUser makes RemoteUser the context's user, if the Options say that it is to be
// trusted.
func (q *Request) SetUser(c *gangplank.Context, o *Options) {
	if !o.TrustUser {
		return
	}
	if user := q.RemoteUser(); !user.Anonymous() {
		c.SetUser(user)
	}
}

// RemoteUser returns who the front server says has logged in, or the zero
// Identity. It must only be believed if the user of the library says so
// (DangerouslyTrustRemoteUser), and then only with an AUTH_TYPE: nginx's stock
// parameters and HAProxy fill REMOTE_USER from the Basic field that any client
// can send, without one; a server that checked a login says how.
func (q *Request) RemoteUser() gangplank.Identity {
	name, _ := q.Var("REMOTE_USER")
	authType, _ := q.Var("AUTH_TYPE")
	if name == "" || authType == "" {
		return gangplank.Identity{}
	}
	return gangplank.Identity{Name: name, Method: "remote-user", At: time.Now()}
}
