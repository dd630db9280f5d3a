package auth_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// client keeps the session's cookie.
type client struct {
	h      http.Handler
	cookie string
}

func (c *client) send(r *http.Request) *httptest.ResponseRecorder {
	rec := send(c.h, r, "Cookie: "+c.cookie)
	for _, set := range rec.Result().Cookies() {
		c.cookie = set.Name + "=" + set.Value
	}
	return rec
}

func (c *client) post(path, form string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.send(r)
}

// With real sessions, in a store and in cookies: who knew a session before the
// log-in has nothing of it, and a log-out ends what it should.
func TestRealSessions(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]session.Config{
		"store":   {Store: session.NewMemory(1 << 20)},
		"cookies": {Keys: []session.Key{session.NewKey()}, Revocations: session.NewMemory(1 << 20)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg.DangerouslyAllowHTTP = true
			accounts := aliceAndBob(t)
			login := auth.NewLogin(auth.LoginConfig{Accounts: accounts})
			passwords := auth.NewPasswords(auth.PasswordsConfig{Accounts: accounts, Hasher: quick()})
			r := gangplank.New()
			r.Use(session.New(cfg), auth.Identify(login))
			r.Handle("/login", auth.NewForm(auth.FormConfig{Login: login, Passwords: passwords}))
			r.Post("/logout", login.LogOut)
			r.Get("/visit", func(w http.ResponseWriter, r *http.Request) { gangplank.From(r).Session().Set("cart", "a rabbit") })
			r.With(auth.Require()).Handle("/private", whoami)
			checkRealSessions(t, r)
		})
	}
}

// A log-in that has the password hashed anew ends no other session; a new password
// does, also if it is hashed in the same way.
func TestRehashKeepsSessions(t *testing.T) {
	t.Parallel()
	b, _ := bcrypt.GenerateFromPassword([]byte("wonderland"), bcrypt.MinCost)
	for name, old := range map[string]string{"bcrypt": string(b), "argon2id": hash(t, "wonderland")} {
		accounts := users{"alice": {Name: "alice", Hash: old}}
		login := auth.NewLogin(auth.LoginConfig{Accounts: accounts})
		r := gangplank.New()
		r.Use(session.New(session.Config{Store: session.NewMemory(1 << 20), DangerouslyAllowHTTP: true}), auth.Identify(login))
		for memory := range uint32(4) { // as it may be over the years
			hasher := auth.NewHasher(auth.HasherConfig{Memory: 8 + memory, Time: 1})
			passwords := auth.NewPasswords(auth.PasswordsConfig{Accounts: accounts, Hasher: hasher})
			r.Handle(fmt.Sprint("/login", memory), auth.NewForm(auth.FormConfig{Login: login, Passwords: passwords}))
		}
		r.With(auth.Require()).Handle("/private", whoami)
		first := &client{h: r}
		first.post("/login0", alicesForm)
		if first.cookie == "" {
			t.Fatalf("%s: nobody has logged in", name)
		}
		private := func(when string, want int) {
			t.Helper()
			if rec := first.send(request("GET", "/private")); rec.Code != want {
				t.Errorf("%s: %s: got %d, want %d", name, when, rec.Code, want)
			}
		}
		for memory := range 4 {
			(&client{h: r}).post(fmt.Sprint("/login", memory), alicesForm)
			if got := accounts["alice"].Hash; !strings.Contains(got, fmt.Sprintf("m=%d,", 8+memory)) {
				t.Fatalf("%s: the hash is %s", name, got)
			}
			private("hashed anew", 200)
		}
		again, err := auth.NewHasher(auth.HasherConfig{Memory: 11, Time: 1}).Hash(t.Context(), "wonderland")
		if err != nil {
			t.Fatal(err)
		}
		accounts["alice"] = auth.Account{Name: "alice", Hash: again}
		private("a new password", 401)
	}
}

// What somebody has typed as a salt is known, and a hash of a known salt must not be
// in another.
func TestRehashTypedSalt(t *testing.T) {
	t.Parallel()
	const typed = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$"
	p := argon2.IDKey([]byte("wonderland"), []byte("somesalt"), 1, 8, 1, 32)
	salts := map[string]bool{}
	for range 2 {
		accounts := users{"alice": {Name: "alice", Hash: typed + base64.RawStdEncoding.EncodeToString(p)}}
		passwords := auth.NewPasswords(auth.PasswordsConfig{Accounts: accounts, Hasher: auth.NewHasher(auth.HasherConfig{Memory: 9, Time: 1})})
		if _, err := passwords.Check(from("192.0.2.1"), "alice", "wonderland"); err != nil {
			t.Fatal(err)
		}
		salts[strings.Split(accounts["alice"].Hash, "$")[4]] = true
	}
	if len(salts) != 2 {
		t.Errorf("got salts %v, want two by chance", salts)
	}
}

// Of the user's sessions the form can end one: another, which leads back to the
// list, or this one, which is a log-out.
func TestLogOutOne(t *testing.T) {
	t.Parallel()
	accounts := aliceAndBob(t)
	login := auth.NewLogin(auth.LoginConfig{Accounts: accounts})
	passwords := auth.NewPasswords(auth.PasswordsConfig{Accounts: accounts, Hasher: quick()})
	r := gangplank.New()
	r.Use(session.New(session.Config{Store: session.NewMemory(1 << 20), DangerouslyAllowHTTP: true}), auth.Identify(login))
	r.Handle("/login", auth.NewForm(auth.FormConfig{Login: login, Passwords: passwords}))
	r.Post("/logout", login.LogOut)
	r.With(auth.Require()).Get("/id", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, session.From(r).ID()) })
	device := func(form string) (c *client, id string) {
		c = &client{h: r}
		c.post("/login", form)
		return c, c.send(request("GET", "/id")).Body.String()
	}
	here, thisID := device(alicesForm)
	phone, phoneID := device(alicesForm)
	bob, bobsID := device("username=bob&password=builder")
	for _, tt := range []struct {
		desc, form, to   string
		here, phone, bob int
	}{
		{"another's", "session=" + bobsID + "&next=/sessions", "/sessions", 200, 200, 200},
		{"one that is not there", "session=x&next=//evil.example/", "/", 200, 200, 200},
		{"the phone's", "session=" + phoneID + "&next=/sessions", "/sessions", 200, 401, 200},
		{"this one", "session=" + thisID + "&next=/sessions", "/", 401, 401, 200},
	} {
		rec := here.post("/logout", tt.form)
		if got := rec.Header().Get("Location"); rec.Code != 303 || got != tt.to {
			t.Errorf("%s: got %d to %q, want %q", tt.desc, rec.Code, got, tt.to)
		}
		if got := rec.Header().Get("Clear-Site-Data") != ""; got != (tt.here == 401) {
			t.Errorf("%s: the browser is told to forget the pages: %t", tt.desc, got)
		}
		for c, want := range map[*client]int{here: tt.here, phone: tt.phone, bob: tt.bob} {
			if got := c.send(request("GET", "/id")).Code; got != want {
				t.Errorf("%s: got %d, want %d", tt.desc, got, want)
			}
		}
	}
	stranger := &client{h: r}
	stranger.post("/logout", "session="+bobsID)
	if got := bob.send(request("GET", "/id")).Code; got != 200 {
		t.Error("a stranger has ended bob's session")
	}
	if rec := post(newSite(t, auth.LoginConfig{}, auth.FormConfig{}), "/logout", "session=x"); rec.Code != 303 {
		t.Errorf("nobody logs out: got %d", rec.Code)
	}
}

func checkRealSessions(t *testing.T, h http.Handler) {
	t.Helper()
	private := func(c *client) int { return c.send(request("GET", "/private")).Code }
	alice, phone, bob := &client{h: h}, &client{h: h}, &client{h: h}
	alice.send(request("GET", "/visit"))
	fixed := &client{h, alice.cookie}
	if alice.cookie == "" || private(alice) != 401 {
		t.Fatal("a visitor is somebody already, or has no session")
	}
	if rec := alice.post("/login", alicesForm); rec.Code != 303 {
		t.Fatalf("got %d", rec.Code)
	}
	phone.post("/login", alicesForm)
	bob.post("/login", "username=bob&password=builder")
	if private(alice) != 200 || private(phone) != 200 || private(bob) != 200 {
		t.Fatal("somebody is not logged in")
	}
	if private(fixed) != 401 || fixed.cookie == alice.cookie {
		t.Error("the session of before the log-in is logged in")
	}

	copied := &client{h, phone.cookie}
	phone.post("/logout", "")
	if private(phone) != 401 || private(copied) != 401 {
		t.Error("a copy of the cookie outlives the log-out")
	}
	phone.post("/login", alicesForm)
	alice.post("/logout", "everywhere=1")
	if private(alice) != 401 || private(phone) != 401 {
		t.Error("a session outlives the log-out everywhere")
	}
	if private(bob) != 200 {
		t.Error("bob is logged out too")
	}
	if phone.post("/login", alicesForm); private(phone) != 200 {
		t.Error("alice cannot log in again")
	}
}

// lonely is a session that knows no other sessions.
type lonely struct{ gangplank.Session }

func TestLogOutImpossible(t *testing.T) {
	t.Parallel()
	login := auth.NewLogin(auth.LoginConfig{})
	kept := newMemory()
	h := gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		c.SetSession(lonely{kept})
		c.SetUser(gangplank.Identity{Name: "alice", Method: "form"})
		if err := login.EndAll(r, "bob"); !errors.Is(err, auth.ErrNoEndAll) {
			t.Errorf("got %v", err)
		}
		login.LogOut(w, r)
	})
	kept.Set("kept", true)
	for _, form := range []string{"everywhere=1", "session=x"} {
		if rec := post(h, "/logout", form); rec.Code != 503 || kept.Get("kept") == nil {
			t.Errorf("%s: got %d: it looks as if it had worked", form, rec.Code)
		}
	}
}
