package oidc_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
	"github.com/gangplank-web/gangplank/middleware/auth/oidc"
	"github.com/gangplank-web/gangplank/middleware/session"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // failures are logged, as they should be
	os.Exit(m.Run())
}

// site is an application, below /app, whose users are a provider's.
func site(t *testing.T, i *issuer, change func(*oidc.Config)) *httptest.Server {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	login := auth.NewLogin(auth.LoginConfig{})
	cfg := oidc.Config{Issuer: i.URL, ClientID: clientID, ClientSecret: clientSecret, Origin: server.URL, Login: login}
	if change != nil {
		change(&cfg)
	}
	p := oidc.New(cfg)
	r := gangplank.New()
	r.Use(session.New(session.Config{Store: session.NewMemory(1 << 20), DangerouslyAllowHTTP: true}), auth.Identify(login))
	r.Get("/login", p.Start)
	r.Get("/login/callback", p.Callback)
	r.Post("/logout", login.LogOut)
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "for everybody") })
	r.With(auth.Require()).Get("/private", func(w http.ResponseWriter, r *http.Request) {
		id := gangplank.From(r).User()
		fmt.Fprintf(w, "%s %s %v %v %t", id.Name, id.Method, id.Roles, id.Claims["email"], time.Since(id.At) > 900*time.Second)
	})
	handler = http.StripPrefix("/app", r)
	return server
}

func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

// visit opens a page as a browser does and follows where it leads.
func visit(t *testing.T, b *http.Client, address string) (status int, at *url.URL, body string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	resp, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Request.URL, string(text)
}

func TestLogIn(t *testing.T) {
	t.Parallel()
	s := site(t, newIssuer(t), nil)
	b := browser(t)
	const alice = "alice-7 oidc [admin] alice@example.org true"
	status, at, body := visit(t, b, s.URL+"/app/private?a=b")
	if status != 200 || body != alice || at.Path != "/app/private" || at.RawQuery != "a=b" {
		t.Errorf("got %d %q at %s", status, body, at)
	}
	if _, _, body := visit(t, b, s.URL+"/app/private"); body != alice {
		t.Errorf("the second time: got %q", body)
	}
	// A way back to another site is none.
	if _, at, _ := visit(t, browser(t), s.URL+"/app/login?next=//evil.example/"); at.Path != "/app/" || !strings.HasSuffix(s.URL, at.Host) {
		t.Errorf("led to %s", at)
	}
	resp, err := b.Post(s.URL+"/app/logout", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if status, _, _ := visit(t, b, s.URL+"/app/private"); status != http.StatusSeeOther {
		t.Errorf("after the log-out: got %d", status)
	}
}

// Whatever is wrong with an answer, nobody is logged in.
func TestRefused(t *testing.T) {
	t.Parallel()
	stranger := newKey(t)
	for desc, tt := range map[string]struct {
		change func(*issuer)
		config func(*oidc.Config)
		want   int
	}{
		"another log-in's token": {change: func(i *issuer) { i.claims = func(c map[string]any) { c["nonce"] = "another" } }, want: 403},
		"no nonce":               {change: func(i *issuer) { i.claims = func(c map[string]any) { delete(c, "nonce") } }, want: 403},
		"for another client":     {change: func(i *issuer) { i.claims = func(c map[string]any) { c["aud"] = "another" } }, want: 403},
		"of another issuer":      {change: func(i *issuer) { i.claims = func(c map[string]any) { c["iss"] = "https://evil.example" } }, want: 403},
		"over":                   {change: func(i *issuer) { i.claims = func(c map[string]any) { c["exp"] = 1000 } }, want: 403},
		"another's signature":    {change: func(i *issuer) { i.signer = stranger }, want: 403},
		"no state":               {change: func(i *issuer) { i.back = func(v url.Values) { v.Del("state") } }, want: 400},
		"another state":          {change: func(i *issuer) { i.back = func(v url.Values) { v.Set("state", "another") } }, want: 400},
		"no code":                {change: func(i *issuer) { i.back = func(v url.Values) { v.Del("code") } }, want: 403},
		"mixed up":               {change: func(i *issuer) { i.back = func(v url.Values) { v.Set("iss", "https://evil.example") } }, want: 403},
		"does not say who it is": {change: func(i *issuer) { i.back = func(v url.Values) { v.Del("iss") } }, want: 403},
		"denied":                 {change: func(i *issuer) { i.back = func(v url.Values) { v.Set("error", "access_denied") } }, want: 403},
		"wrong secret":           {config: func(c *oidc.Config) { c.ClientSecret = "x" }, want: 403},
		"not one of us": {config: func(c *oidc.Config) {
			c.Identity = func(map[string]any) (gangplank.Identity, error) {
				return gangplank.Identity{}, errors.New("a stranger")
			}
		}, want: 403},
		"without a name": {config: func(c *oidc.Config) {
			c.Identity = func(map[string]any) (gangplank.Identity, error) { return gangplank.Identity{}, nil }
		}, want: 500},
		"too slow": {config: func(c *oidc.Config) { c.Patience = time.Nanosecond }, want: 400},
	} {
		t.Run(desc, func(t *testing.T) {
			t.Parallel()
			i := newIssuer(t)
			if tt.change != nil {
				i.change(func() { tt.change(i) })
			}
			s := site(t, i, tt.config)
			b := browser(t)
			status, at, body := visit(t, b, s.URL+"/app/private")
			if status != tt.want || at.Path != "/app/login/callback" || strings.Contains(body, "evil") || strings.Contains(body, "nonce") || strings.Contains(body, "stranger") {
				t.Errorf("got %d at %s: %s", status, at, body)
			}
			b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			if status, _, _ := visit(t, b, s.URL+"/app/private"); status != http.StatusSeeOther {
				t.Errorf("then: got %d, want to be sent to the log-in", status)
			}
		})
	}
}

// An answer is taken once, from the browser that asked; several tabs may ask.
func TestState(t *testing.T) {
	t.Parallel()
	s := site(t, newIssuer(t), nil)
	stopAtCallback := func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/callback") {
			return http.ErrUseLastResponse
		}
		return nil
	}
	begin := func(b *http.Client) (callback string) {
		t.Helper()
		b.CheckRedirect = stopAtCallback
		defer func() { b.CheckRedirect = nil }()
		resp, err := b.Get(s.URL + "/app/login?next=/app/private")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.Header.Get("Location")
	}
	alice, mallory := browser(t), browser(t)
	first, second := begin(alice), begin(alice)
	if status, _, _ := visit(t, mallory, first); status != 400 {
		t.Errorf("in another browser: got %d, want 400", status)
	}
	// Mallory's answer in alice's browser would log her in as mallory.
	if status, _, _ := visit(t, alice, begin(mallory)); status != 400 {
		t.Errorf("another's answer: got %d, want 400", status)
	}
	for _, callback := range []string{first, second} {
		if status, at, _ := visit(t, alice, callback); status != 200 || at.Path != "/app/private" {
			t.Errorf("got %d at %s", status, at)
		}
	}
	if status, _, _ := visit(t, alice, first); status != 400 {
		t.Errorf("a second time: got %d, want 400", status)
	}
	for range 20 {
		first = begin(mallory)
	}
	if status, _, _ := visit(t, mallory, first); status != 200 {
		t.Errorf("the last of many: got %d", status)
	}
}

// A provider that is down is asked again later.
func TestProviderDown(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	i.change(func() { i.down = true })
	s := site(t, i, nil)
	for range 2 {
		if status, _, body := visit(t, browser(t), s.URL+"/app/private"); status != http.StatusServiceUnavailable || strings.Contains(body, i.URL) {
			t.Errorf("got %d %s", status, body)
		}
	}
	if status, _, body := visit(t, browser(t), s.URL+"/app/"); status != 200 || body != "for everybody" {
		t.Errorf("the rest of the site: got %d %q", status, body)
	}
	i.change(func() { i.down = false })
	deadline := time.Now().Add(2 * time.Minute)
	for {
		status, _, _ := visit(t, browser(t), s.URL+"/app/private")
		if status == 200 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("it is up again, and the answer is still %d", status)
		}
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	defer func() {
		got := fmt.Sprint(recover())
		for _, want := range []string{"oidc: Issuer: ", "ClientID: ", `Origin: "https://site.example/"`, "Login: ", `CallbackPath: "x"`, "Patience: -1ns"} {
			if !strings.Contains(got, want) {
				t.Errorf("got panic %q, want %q in it", got, want)
			}
		}
	}()
	oidc.New(oidc.Config{Origin: "https://site.example/", CallbackPath: "x", Patience: -1})
}

// Without TLS whoever is on the way says who has logged in, and with which keys.
func TestIssuerNeedsTLS(t *testing.T) {
	t.Parallel()
	for issuer, want := range map[string]bool{
		"https://accounts.example": true, "http://127.0.0.1:8080/realm": true, "http://[::1]:8080": true, "http://localhost": true,
		"http://accounts.example": false, "http://localhost.example": false, "http://127.0.0.1.example": false, "ftp://localhost": false, "accounts.example": false,
	} {
		err := oidc.Config{Issuer: issuer}.Validate()
		if got := !strings.Contains(err.Error(), "Issuer: "); got != want {
			t.Errorf("%s: taken %t, want %t", issuer, got, want)
		}
	}
}
