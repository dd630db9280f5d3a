package auth_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

func as(id gangplank.Identity) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetUser(id)
			next.ServeHTTP(w, r)
		})
	}
}

func TestRequire(t *testing.T) {
	t.Parallel()
	alice := gangplank.Identity{Name: "alice", Roles: []string{"editor"}, Method: "form", At: time.Now().Add(-time.Hour)}
	byPath := func(r *http.Request, id gangplank.Identity) error {
		if r.URL.Path != "/"+id.Name {
			return errors.New("somebody else's secret page")
		}
		return nil
	}
	for _, tt := range []struct {
		desc  string
		id    gangplank.Identity
		rules []auth.Rule
		want  int
	}{
		{"nobody", gangplank.Identity{}, nil, 401},
		{"nobody, with a role", gangplank.Identity{}, []auth.Rule{auth.Role("editor")}, 401},
		{"roles without a name or a method", gangplank.Identity{Roles: []string{"editor"}}, nil, 401},
		{"somebody", alice, nil, 200},
		{"without a name", gangplank.Identity{Method: "signed-url"}, nil, 200},
		{"role", alice, []auth.Rule{auth.Role("admin", "editor")}, 200},
		{"no such role", alice, []auth.Rule{auth.Role("admin")}, 403},
		{"all rules hold", alice, []auth.Rule{auth.Role("editor"), auth.Role("admin")}, 403},
		{"own page", alice, []auth.Rule{byPath}, 200},
		{"another's page", gangplank.Identity{Name: "bob", Method: "form"}, []auth.Rule{byPath}, 403},
		{"too long ago", alice, []auth.Rule{auth.Within(time.Minute)}, 401},
		{"not too long ago", alice, []auth.Rule{auth.Within(2 * time.Hour)}, 200},
		{"in a moment, by another clock", gangplank.Identity{Name: "alice", Method: "bearer", At: time.Now().Add(30 * time.Second)}, []auth.Rule{auth.Within(time.Minute)}, 200},
		{"in the future", gangplank.Identity{Name: "alice", Method: "bearer", At: time.Now().Add(time.Hour)}, []auth.Rule{auth.Within(2 * time.Hour)}, 401},
		{"method", alice, []auth.Rule{auth.By("basic", "form")}, 200},
		{"another method", alice, []auth.Rule{auth.By("basic")}, 401},
	} {
		h := gangplank.NewChain(as(tt.id), auth.Require(tt.rules...)).Then(whoami)
		rec := ask(h, "GET", "/alice")
		if rec.Code != tt.want || strings.Contains(rec.Body.String(), "secret") || strings.Contains(rec.Body.String(), "roles") {
			t.Errorf("%s: got %d %q, want %d", tt.desc, rec.Code, rec.Body, tt.want)
		}
		want := "no-store"
		if tt.want == 200 {
			want = "private, no-cache"
		}
		if got := rec.Header().Get("Cache-Control"); got != want {
			t.Errorf("%s: got Cache-Control %q, want %q", tt.desc, got, want)
		}
	}
}

func TestRequireKeepsCacheControl(t *testing.T) {
	t.Parallel()
	public := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Cache-Control", "max-age=60") })
	rec := ask(gangplank.NewChain(as(gangplank.Identity{Name: "a", Method: "b"}), auth.Require()).Then(public), "GET", "/")
	if got := rec.Header()["Cache-Control"]; len(got) != 1 || got[0] != "max-age=60" {
		t.Errorf("got %q", got)
	}
}

// What a 401 looks like depends on who asks.
func TestNegotiation(t *testing.T) {
	t.Parallel()
	keys, err := auth.NewKeys(auth.Key{Hash: auth.HashKey("k"), Name: "robot"})
	if err != nil {
		t.Fatal(err)
	}
	login := auth.NewLogin(auth.LoginConfig{Realm: "Site"})
	methods := []auth.Method{auth.NewBearer(auth.BearerConfig{Tokens: keys}), auth.NewBasic("Site", passwords(t))}
	chain := gangplank.NewChain(errorpage.New(errorpage.Config{}), newMemory().around)
	without := chain.Append(auth.Identify(methods...), auth.Require()).Then(whoami)
	with := chain.Append(auth.Identify(append(methods, login)...), auth.Require()).Then(whoami)
	const html = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"
	for _, tt := range []struct {
		desc, method string
		login        bool
		fields       []string
		want         int
		wantField    string // "Location: ...", or Content-Type
		challenges   string
	}{
		{"curl", "GET", false, nil, 401, "Content-Type: text/plain; charset=utf-8", "Bearer|Basic"},
		{"browser", "GET", false, []string{html}, 401, "Content-Type: text/html; charset=utf-8", "Bearer|Basic"},
		{"program", "GET", false, []string{"Accept: application/json"}, 401, "Content-Type: application/problem+json", "Bearer|Basic"},
		{"browser, login page", "GET", true, []string{html}, 303, "Location: /login?next=%2Fa%3Fb%3Dc", ""},
		{"browser that tells", "GET", true, []string{"Sec-Fetch-Mode: navigate", "Accept: */*"}, 303, "Location: /login?next=%2Fa%3Fb%3Dc", ""},
		{"head", "HEAD", true, []string{html}, 303, "Location: /login?next=%2Fa%3Fb%3Dc", ""},
		{"script", "GET", true, []string{"Sec-Fetch-Mode: cors", html}, 401, "Content-Type: text/html; charset=utf-8", "Bearer|Cookie"},
		{"old script", "GET", true, []string{html, "X-Requested-With: XMLHttpRequest"}, 401, "Content-Type: text/html; charset=utf-8", "Bearer|Basic|Cookie"},
		{"form", "POST", true, []string{"Sec-Fetch-Mode: navigate", html}, 401, "Content-Type: text/html; charset=utf-8", "Bearer|Cookie"},
		{"program, login page", "GET", true, []string{"Accept: application/json"}, 401, "Content-Type: application/problem+json", "Bearer|Basic|Cookie"},
	} {
		h := without
		if tt.login {
			h = with
		}
		rec := ask(h, tt.method, "/a?b=c", tt.fields...)
		name, want, _ := strings.Cut(tt.wantField, ": ")
		var schemes []string
		for _, challenge := range rec.Header()["Www-Authenticate"] {
			scheme, _, _ := strings.Cut(challenge, " ")
			schemes = append(schemes, scheme)
		}
		if got := strings.Join(schemes, "|"); rec.Code != tt.want || rec.Header().Get(name) != want || got != tt.challenges {
			t.Errorf("%s: got %d, %s %q, challenges %q", tt.desc, rec.Code, name, rec.Header().Get(name), got)
		}
	}
}

func TestIdentifyKeepsTheOuterUser(t *testing.T) {
	t.Parallel()
	h := gangplank.NewChain(as(gangplank.Identity{Name: "outer", Method: "tls"}), auth.Identify(auth.NewBasic("x", passwords(t)))).Then(whoami)
	if got := ask(h, "GET", "/", basic("alice", "wonderland")).Body.String(); got != "outer by tls as " {
		t.Errorf("got %q", got)
	}
}

func TestNonsense(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() { auth.Identify(nil) }, "auth: Identify: a method is nil")
	wantPanic(t, func() { auth.Role() }, "auth: Role: no role")
}

func TestTransparent(t *testing.T) {
	t.Parallel()
	m := gangplank.NewChain(auth.Identify(auth.NewBasic("x", passwords(t))), auth.Require())
	middlewaretest.Run(t, func(next http.Handler) http.Handler { return m.Then(next) },
		middlewaretest.Request(func(r *http.Request) { r.SetBasicAuth("alice", "wonderland") }),
		middlewaretest.Fields("what one user sees is not for others", "Cache-Control"))
}
