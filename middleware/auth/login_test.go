package auth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

// site is an application with a login form.
type site struct {
	http.Handler
	session  *memory
	accounts users
	login    *auth.Login
}

func newSite(t testing.TB, cfg auth.LoginConfig, form auth.FormConfig) *site {
	s := &site{session: newMemory(), accounts: aliceAndBob(t)}
	cfg.Accounts = s.accounts
	s.login = auth.NewLogin(cfg)
	form.Login = s.login
	form.Passwords = auth.NewPasswords(auth.PasswordsConfig{Accounts: s.accounts, Hasher: quick(), Throttle: auth.ThrottleConfig{Failures: 3}})
	r := gangplank.New()
	r.Use(s.session.around, auth.Identify(s.login))
	r.Handle("/login", auth.NewForm(form))
	r.HandleFunc("/logout", s.login.LogOut)
	r.With(auth.Require()).Handle("/private", whoami)
	s.Handler = r
	return s
}

const alicesForm = "username=alice&password=wonderland"

func TestForm(t *testing.T) {
	t.Parallel()
	s := newSite(t, auth.LoginConfig{}, auth.FormConfig{})
	s.session.Set("cart", "a rabbit")
	rec := ask(s, "GET", "/private?a=b", "Accept: text/html")
	if got := rec.Header().Get("Location"); rec.Code != 303 || got != "/login?next=%2Fprivate%3Fa%3Db" {
		t.Fatalf("got %d, %q", rec.Code, got)
	}
	rec = ask(s, "GET", rec.Header().Get("Location"))
	for _, want := range []string{`action="/login"`, `name="next" value="/private?a=b"`, `type="password"`, `autocomplete="current-password"`} {
		if !strings.Contains(rec.Body.String(), want) {
			t.Errorf("the page lacks %s:\n%s", want, rec.Body)
		}
	}
	if strings.Contains(rec.Body.String(), "remember") || strings.Contains(rec.Body.String(), "problem\"") {
		t.Errorf("got %s", rec.Body)
	}
	rec = post(s, "/login", "username=%3Cb%3E&password=secret&next=%2Fprivate")
	if body := rec.Body.String(); rec.Code != 401 || !strings.Contains(body, "do not belong together") || strings.Contains(body, "secret") ||
		!strings.Contains(body, `value="&lt;b&gt;"`) || !strings.Contains(body, `value="/private"`) || !strings.HasPrefix(rec.Header().Get("WWW-Authenticate"), "Cookie ") {
		t.Errorf("got %d %q\n%s", rec.Code, rec.Header(), body)
	}
	if s.session.renewed != 0 {
		t.Error("the session has a new id for nothing")
	}
	rec = post(s, "/login", "username=+alice+&password=wonderland&next=%2Fprivate%3Fa%3Db")
	if got := rec.Header().Get("Location"); rec.Code != 303 || got != "/private?a=b" || s.session.renewed != 1 || s.session.bound != "alice" || s.session.remain != 0 {
		t.Errorf("got %d, %q, %+v", rec.Code, got, s.session)
	}
	if got := ask(s, "GET", "/private").Body.String(); got != "alice by form as admin editor" || s.session.Get("cart") != "a rabbit" {
		t.Errorf("got %q, %v", got, s.session.values)
	}
	if rec := ask(s, "PUT", "/login"); rec.Code != 405 || rec.Header().Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("got %d, %q", rec.Code, rec.Header())
	}
	if rec := post(s, "/login", strings.Repeat("x", 1<<20)); rec.Code != 400 {
		t.Errorf("got %d for a form of 1 MiB", rec.Code)
	}
}

// Another user finds nothing of the one before.
func TestFormOtherUser(t *testing.T) {
	t.Parallel()
	s := newSite(t, auth.LoginConfig{}, auth.FormConfig{})
	post(s, "/login", alicesForm)
	s.session.Set("cart", "a rabbit")
	post(s, "/login", alicesForm)
	if s.session.Get("cart") == nil {
		t.Error("alice has lost her cart")
	}
	post(s, "/login", "username=bob&password=builder")
	if got := ask(s, "GET", "/private").Body.String(); got != "bob by form as " || s.session.Get("cart") != nil {
		t.Errorf("got %q, %v", got, s.session.values)
	}
}

func TestFormLock(t *testing.T) {
	t.Parallel()
	s := newSite(t, auth.LoginConfig{}, auth.FormConfig{})
	for range 3 {
		if rec := post(s, "/login", "username=alice&password=x"); rec.Code != 401 {
			t.Fatalf("got %d", rec.Code)
		}
	}
	rec := post(s, "/login", alicesForm)
	if rec.Code != 429 || rec.Header().Get("Retry-After") != "60" || !strings.Contains(rec.Body.String(), "Please wait 60 seconds.") {
		t.Errorf("got %d %q\n%s", rec.Code, rec.Header(), rec.Body)
	}
	if s.session.Get("auth") != nil {
		t.Error("alice is logged in")
	}
}

// No way leads to another site, wherever it is put in.
func TestFormRedirect(t *testing.T) {
	t.Parallel()
	s := newSite(t, auth.LoginConfig{Home: "/home"}, auth.FormConfig{})
	for next, want := range map[string]string{
		"/private":              "/private",
		"/private?x=//y":        "/private?x=//y",
		"":                      "/home",
		"//evil.example":        "/home",
		`/\evil.example`:        "/home",
		"https://evil.example":  "/home",
		"/login":                "/home",
		"/login?next=%2Flogin":  "/home",
		"javascript:alert(1)":   "/home",
		"/\r\nSet-Cookie: a=b":  "/home",
		"/\t/evil.example":      "/home",
		"/%2F/evil.example/..;": "/home",
	} {
		rec := post(s, "/login", alicesForm+"&next="+url.QueryEscape(next))
		if got := rec.Header().Get("Location"); rec.Code != 303 || got != want {
			t.Errorf("%q: got %d, %q, want %q", next, rec.Code, got, want)
		}
		if body := ask(s, "GET", "/login?next="+url.QueryEscape(next)).Body.String(); strings.Contains(body, "evil") {
			t.Errorf("%q is on the page", next)
		}
	}
}

// Below a mount point all paths are below it.
func TestFormMounted(t *testing.T) {
	t.Parallel()
	s := newSite(t, auth.LoginConfig{}, auth.FormConfig{})
	h := http.StripPrefix("/my app", s)
	get := func(target string) *http.Request {
		r := request("GET", target)
		r.Header.Set("Accept", "text/html")
		return r
	}
	rec := send(h, get("/my%20app/private"))
	if got := rec.Header().Get("Location"); got != "/my%20app/login?next=%2Fmy%2520app%2Fprivate" {
		t.Fatalf("got %q", got)
	}
	rec = send(h, get(rec.Header().Get("Location")))
	for _, want := range []string{`action="/my%20app/login"`, `value="/my%20app/private"`} {
		if !strings.Contains(rec.Body.String(), want) {
			t.Errorf("the page lacks %s:\n%s", want, rec.Body)
		}
	}
	for next, want := range map[string]string{"/my%20app/private": "/my%20app/private", "/private": "/my%20app/", "/my%20app/../x": "/my%20app/", "": "/my%20app/"} {
		if got := post(h, "/my%20app/login", alicesForm+"&next="+url.QueryEscape(next)).Header().Get("Location"); got != want {
			t.Errorf("%q: got %q, want %q", next, got, want)
		}
	}
}

func TestRememberMe(t *testing.T) {
	t.Parallel()
	s := newSite(t, auth.LoginConfig{}, auth.FormConfig{Remember: time.Hour})
	if body := ask(s, "GET", "/login").Body.String(); !strings.Contains(body, `name="remember"`) {
		t.Errorf("got %s", body)
	}
	if post(s, "/login", alicesForm); s.session.remain != 0 {
		t.Error("remembered without being asked")
	}
	if post(s, "/login", alicesForm+"&remember=1"); s.session.remain != time.Hour {
		t.Errorf("got %v", s.session.remain)
	}
}

// What becomes of an account counts for the sessions that there are.
func TestAccountChanges(t *testing.T) {
	t.Parallel()
	s := newSite(t, auth.LoginConfig{}, auth.FormConfig{})
	post(s, "/login", alicesForm)
	alice := s.accounts["alice"]
	alice.Roles = []string{"reader"}
	s.accounts["alice"] = alice
	if got := ask(s, "GET", "/private").Body.String(); got != "alice by form as reader" {
		t.Errorf("got %q", got)
	}
	alice.Hash = hash(t, "another")
	s.accounts["alice"] = alice
	if rec := ask(s, "GET", "/private"); rec.Code != 401 || len(s.session.values) > 0 {
		t.Errorf("after a new password: got %d, %v", rec.Code, s.session.values)
	}
	post(s, "/login", "username=alice&password=another")
	delete(s.accounts, "alice")
	if rec := ask(s, "GET", "/private"); rec.Code != 401 || len(s.session.values) > 0 {
		t.Errorf("after the account is gone: got %d, %v", rec.Code, s.session.values)
	}
	s.session.Set("auth", "{broken")
	if rec := ask(s, "GET", "/private"); rec.Code != 401 {
		t.Errorf("a broken session: got %d", rec.Code)
	}
}

func TestMaxAge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, auth.LoginConfig{MaxAge: time.Hour}, auth.FormConfig{})
		post(s, "/login", alicesForm)
		time.Sleep(59 * time.Minute)
		if rec := ask(s, "GET", "/private"); rec.Code != 200 {
			t.Errorf("got %d", rec.Code)
		}
		time.Sleep(2 * time.Minute)
		if rec := ask(s, "GET", "/private"); rec.Code != 401 {
			t.Errorf("after more than an hour: got %d", rec.Code)
		}
	})
}

func TestLogOut(t *testing.T) {
	t.Parallel()
	s := newSite(t, auth.LoginConfig{}, auth.FormConfig{})
	post(s, "/login", alicesForm)
	if rec := ask(s, "GET", "/logout"); rec.Code != 405 || s.session.Get("auth") == nil {
		t.Errorf("an image can log out: %d", rec.Code)
	}
	rec := post(s, "/logout", "")
	if rec.Code != 303 || rec.Header().Get("Location") != "/" || rec.Header().Get("Clear-Site-Data") != `"cache"` || len(s.session.values) > 0 || s.session.ended != nil {
		t.Errorf("got %d, %v, %v", rec.Code, rec.Header(), s.session)
	}
	post(s, "/login", alicesForm)
	if post(s, "/logout", "everywhere=1"); len(s.session.ended) != 1 || s.session.ended[0] != "alice" || len(s.session.values) > 0 {
		t.Errorf("got %v", s.session)
	}
	if rec := post(s, "/logout", "everywhere=1"); rec.Code != 303 || len(s.session.ended) != 1 {
		t.Errorf("nobody logs out: got %d, %v", rec.Code, s.session.ended)
	}
}

// What else can prove somebody logs in in the same way.
func TestBegin(t *testing.T) {
	t.Parallel()
	login, session := auth.NewLogin(auth.LoginConfig{Accounts: users{}}), newMemory()
	at := time.Unix(1_700_000_000, 0)
	h := session.around(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := login.Begin(r, gangplank.Identity{}); err == nil {
			t.Error("nobody is logged in")
		}
		err := login.Begin(r, gangplank.Identity{Name: "carol", Roles: []string{"x"}, Claims: map[string]any{"email": "c@example.org"}, Method: "oidc", At: at})
		if err != nil {
			t.Error(err)
		}
		if got := gangplank.From(r).User().Name; got != "carol" {
			t.Errorf("in the same request the user is %q", got)
		}
	}))
	ask(h, "GET", "/")
	check := gangplank.NewChain(session.around, auth.Identify(login)).ThenFunc(func(w http.ResponseWriter, r *http.Request) {
		id := gangplank.From(r).User()
		if id.Name != "carol" || id.Method != "oidc" || !id.At.Equal(at) || id.Claims["email"] != "c@example.org" || !id.HasRole("x") {
			t.Errorf("got %+v", id)
		}
	})
	ask(check, "GET", "/")
}

func TestLoginConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() {
		auth.NewLogin(auth.LoginConfig{Path: "login", Home: "//evil.example", MaxAge: -1, Realm: `"`})
	}, "auth: LoginConfig: ", `Path: "login"`, `Home: "//evil.example"`, "MaxAge: -1ns", "Realm: ")
	wantPanic(t, func() { auth.NewForm(auth.FormConfig{Remember: -1}) }, "Login: ", "Passwords: ", "Remember: ")
}
