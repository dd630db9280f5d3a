//go:build linux

package gatewaytest_test

import (
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters"
	"github.com/gangplank-web/gangplank/adapters/fastcgi"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// authorizing serves the authorizer if this process is one that Apache has
// started, and does not return then.
func authorizing() {
	if os.Getenv("GANGPLANK_AUTHORIZER") == "" {
		return
	}
	slog.SetDefault(slog.New(slog.DiscardHandler))
	if err := adapters.Main(http.HandlerFunc(authorize)); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
	}
	os.Exit(1)
}

// authorize knows alice and bob, lets only alice pass, and nobody to a path that
// ends in "closed". It works from the variables alone, as an authorizer does that
// takes the front server's word for the credentials.
//
// mod_authnz_fcgi in its combined form names no role of Apache's: user and
// password come together, and both questions are asked at once.
func authorize(w http.ResponseWriter, r *http.Request) {
	g := gangplank.From(r).Gateway()
	role, user := g.Var("FCGI_APACHE_ROLE"), g.Var("REMOTE_USER")
	authentic := role == "AUTHORIZER" || role == "ACCESS_CHECKER" || (user == "alice" || user == "bob") && g.Var("REMOTE_PASSWD") == "wonderland"
	switch {
	case g.Role != "AUTHORIZER":
		http.Error(w, "role "+g.Role, http.StatusInternalServerError)
	case strings.HasSuffix(r.URL.Path, "closed"):
		http.Error(w, "closed", http.StatusForbidden)
	case !authentic:
		http.Error(w, "who are you?", http.StatusUnauthorized)
	case (role == "AUTHORIZER" || role == "") && user != "alice":
		http.Error(w, "not you", http.StatusForbidden)
	default:
		fastcgi.SetVariable(w.Header(), "LEVEL", "after "+role)
	}
}

type authRequest struct {
	path, user, password string
	status               int
	level                string // the variable that reached the next handler
}

// Apache's three roles of an authorizer, each through the module that has it.
func TestApacheAuthorizer(t *testing.T) {
	t.Parallel()
	private := []authRequest{
		{path: "/private/a", status: 401},
		{path: "/private/a", user: "alice", password: "wrong", status: 401},
		{path: "/private/a", user: "mallory", password: "wonderland", status: 401},
		{path: "/private/a", user: "bob", password: "wonderland", status: 401},
	}
	t.Run("mod_fcgid", func(t *testing.T) {
		t.Parallel()
		var a servertest.Apache
		a.FCGIDAuthorizer(servertest.Self(t))
		checkAnswers(t, a.Start(t), append(private,
			// Whatever refuses, mod_fcgid answers 401.
			authRequest{path: "/private/a", user: "alice", password: "wonderland", status: 200, level: "after AUTHENTICATOR, after AUTHORIZER"},
			authRequest{path: "/acl/a", status: 200, level: "after ACCESS_CHECKER"},
			authRequest{path: "/acl/closed", status: 401}))
	})
	t.Run("mod_authnz_fcgi", func(t *testing.T) {
		t.Parallel()
		var a servertest.Apache
		a.FCGIAuthorizer(listenAuthorizer(t))
		checkAnswers(t, a.Start(t), append(private,
			authRequest{path: "/private/a", user: "alice", password: "wonderland", status: 200, level: "after"}))
	})
}

func listenAuthorizer(t *testing.T) (addr string) {
	t.Helper()
	l := protocoltest.Listen(t, "tcp")
	protocoltest.Serve(t, &fastcgi.Server{Handler: http.HandlerFunc(authorize), Logger: slog.New(slog.DiscardHandler)}, l)
	return l.Addr().String()
}

func checkAnswers(t *testing.T, front *servertest.Server, requests []authRequest) {
	t.Helper()
	for _, dir := range []string{"private", "acl"} {
		dir = filepath.Join(front.Dir, "htdocs", dir)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"a", "closed"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("the file"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, v := range requests {
		status, header, body := fetch(t, front.URL+v.path, v.user, v.password)
		if status != v.status || (body == "the file") != (v.status == 200) {
			t.Errorf("%+v: got %d %q", v, status, body)
		}
		if got := header.Get("X-Level"); status == 200 && got != v.level {
			t.Errorf("%+v: got level %q", v, got)
		}
	}
}
