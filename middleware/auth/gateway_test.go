package auth_test

import (
	"crypto/x509"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

// variables is the facts of a gateway that has nothing but variables.
type variables map[string]string

func (v variables) Var(name string) (string, bool)        { value, ok := v[name]; return value, ok }
func (v variables) Vars() iter.Seq2[string, string]       { return maps.All(v) }
func (variables) Stderr() io.Writer                       { return nil }
func (variables) ClientCertUnverified() *x509.Certificate { return nil }

func through(g *gangplank.Gateway) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetGateway(g)
			next.ServeHTTP(w, r)
		})
	}
}

func TestRemoteUser(t *testing.T) {
	t.Parallel()
	accounts := users{"alice": {Name: "alice", Roles: []string{"admin"}}}
	for _, tt := range []struct {
		desc    string
		vars    variables
		trusted bool
		want    string
	}{
		{"trusted", variables{"REMOTE_USER": "alice", "AUTH_TYPE": "Basic"}, true, "alice by remote-user as admin"},
		{"trusted, no account here", variables{"REMOTE_USER": "dave", "AUTH_TYPE": "Negotiate"}, true, "dave by remote-user as "},
		{"nginx's stock parameters", variables{"REMOTE_USER": "alice"}, true, " by  as "},
		{"empty AUTH_TYPE", variables{"REMOTE_USER": "alice", "AUTH_TYPE": ""}, true, " by  as "},
		{"no user", variables{"AUTH_TYPE": "Basic"}, true, " by  as "},
		{"fields of the client", variables{"HTTP_REMOTE_USER": "alice", "HTTP_AUTH_TYPE": "Basic"}, true, " by  as "},
		{"not trusted", variables{"REMOTE_USER": "alice", "AUTH_TYPE": "Basic"}, false, " by  as "},
	} {
		var methods []auth.Method
		if tt.trusted {
			methods = append(methods, auth.DangerouslyTrustRemoteUser())
		}
		h := gangplank.NewChain(through(&gangplank.Gateway{Facts: tt.vars}), auth.Identify(methods...), auth.Roles(accounts)).Then(whoami)
		if got := ask(h, "GET", "/", "Remote-User: alice", "X-Remote-User: alice").Body.String(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.desc, got, tt.want)
		}
	}
}

// exact returns the values of a field whose name keeps its case.
func exact(h http.Header, name string) []string { return h[name] }

func TestAuthorizer(t *testing.T) {
	t.Parallel()
	odd := users{"é, b": {Name: "é, b", Hash: hash(t, "x"), Roles: []string{"a,b", "c"}}}
	maps.Copy(odd, aliceAndBob(t))
	basicMethod := auth.NewBasic("x", auth.NewPasswords(auth.PasswordsConfig{Accounts: odd, Hasher: quick()}))
	login := auth.NewLogin(auth.LoginConfig{})
	for _, tt := range []struct {
		desc, role, name, password string
		want                       string
	}{
		{"auth_request", "", "alice", "wonderland", "200 [alice basic admin,editor] []"},
		{"auth_request, values that could break out", "", "é, b", "x", "403 [  ] []"},
		{"auth_request, wrong password", "", "alice", "x", "401 [  ] []"},
		{"auth_request, nobody", "", "", "", "401 [  ] []"},
		{"auth_request, not permitted", "", "bob", "builder", "403 [  ] []"},
		{"authorizer", "AUTHORIZER", "alice", "wonderland", "200 [  ] [alice basic admin,editor]"},
		{"authorizer, not permitted", "AUTHORIZER", "bob", "builder", "403 [  ] []"},
		{"authorizer, nobody", "AUTHORIZER", "", "", "303 [  ] []"},
	} {
		h := gangplank.NewChain(through(&gangplank.Gateway{Role: tt.role}), newMemory().around, auth.Identify(basicMethod, login)).
			Then(auth.Authorizer(auth.Role("admin")))
		fields := []string{"Accept: text/html"}
		if tt.name != "" {
			fields = append(fields, basic(tt.name, tt.password))
		}
		rec := ask(h, "GET", "/", fields...)
		hdr := rec.Header()
		got := fmt.Sprintf("%d [%s %s %s] %v", rec.Code, hdr.Get("X-Auth-User"), hdr.Get("X-Auth-Method"), hdr.Get("X-Auth-Roles"),
			slices.Concat(exact(hdr, "Variable-AUTH_USER"), exact(hdr, "Variable-AUTH_METHOD"), exact(hdr, "Variable-AUTH_ROLES")))
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.desc, got, tt.want)
		}
	}
	h := gangplank.NewChain(auth.Identify(basicMethod)).Then(auth.Authorizer())
	rec := ask(h, "GET", "/", basic("é, b", "x"))
	if got := rec.Header().Get("X-Auth-User") + " " + rec.Header().Get("X-Auth-Roles"); rec.Code != 200 || got != "%C3%A9%2C%20b a%2Cb,c" {
		t.Errorf("got %d %s", rec.Code, got)
	}
}
