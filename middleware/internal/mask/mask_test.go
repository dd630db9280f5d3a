package mask_test

import (
	"bufio"
	_ "embed"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/internal/mask"
	"github.com/gangplank-web/gangplank/middleware/internal/mask/masktest"
)

// Every secret of the corpus disappears from its text, and is found again alone
// once it is known.
func TestCorpus(t *testing.T) {
	corpus := masktest.Corpus()
	if len(corpus) < 60 {
		t.Fatalf("got %d secrets, want at least 60", len(corpus))
	}
	for _, c := range corpus {
		var m mask.Masker
		if got := m.Text("test", c.Text); strings.Contains(got, c.Secret) {
			t.Errorf("%s: got %q", c.Name, got)
		}
		if hidden := m.Hidden(); len(hidden) == 0 || hidden[0].Why == "" {
			t.Errorf("%s: nothing says what was hidden", c.Name)
		}
	}
}

//go:embed testdata/harmless.txt
var harmless string

// What developers need to read stays.
func TestHarmless(t *testing.T) {
	for s := bufio.NewScanner(strings.NewReader(harmless)); s.Scan(); {
		var m mask.Masker
		if got := m.Text("test", s.Text()); got != s.Text() {
			t.Errorf("got %q, want %q", got, s.Text())
		}
	}
}

func TestNames(t *testing.T) {
	for name, secret := range map[string]bool{
		"password": true, "DB_PASS": true, "X-Api-Key": true, "clientSecret": true, "PHPSESSID": true, "connect.sid": true,
		"AWS_SECRET_ACCESS_KEY": true, "csrf_token": true, "Authorization": true, "pin": true, "user[password]": true,
		"author": false, "name": false, "compass": false, "monkey": false, "spinner": false, "Accept": false, "page": false, "keyboard": false,
	} {
		var m mask.Masker
		if got := m.Value("form", name, "plain"); (got != "plain") != secret {
			t.Errorf("%s: got %q", name, got)
		}
	}
	own := mask.Masker{Names: []string{"badge"}}
	if got := own.Value("form", "badge-number", "plain"); got == "plain" {
		t.Error("a name of the user's own is not hidden")
	}
}

// A value that was hidden for its name does not appear in a message either.
func TestKnownValues(t *testing.T) {
	var m mask.Masker
	m.Value("form", "password", "hunter2 & co")
	for _, text := range []string{"no such user with hunter2 & co", "GET /?x=hunter2+%26+co"} {
		if got := m.Text("message", text); strings.Contains(got, "hunter2") {
			t.Errorf("got %q", got)
		}
	}
}

func TestSurfaces(t *testing.T) {
	var m mask.Masker
	m.Allow("0123456789abcdef0123456789abcdef")
	for _, tt := range []struct{ got, want string }{
		{m.Header("Authorization", "Basic YWxpY2U6d29uZGVybGFuZA=="), "Basic [hidden: credentials]"},
		{m.Header("Cookie", "theme=dark; sid=1; id=abcdefabcdefabcdef"), "theme=dark; sid=[hidden: the name says secret]; id=[hidden: a long cookie]"},
		{m.Header("Set-Cookie", "theme=dark; Path=/; SameSite=Lax"), "theme=dark; Path=/; SameSite=Lax"},
		{m.URL("url", "/a?b=c&api_key=42&d=%e"), "/a?b=c&api_key=[hidden: the name says secret]&d=%e"},
		{m.URL("url", "/reset/page#access_token=abc"), "/reset/page#access_token=[hidden: the name says secret]"},
		{m.URL("url", "/?to=https%3A%2F%2Fbob%3Asesame99%40host%2F"), "/?to=[hidden: an escaped secret]"},
		{m.Text("log", "id 0123456789abcdef0123456789abcdef"), "id 0123456789abcdef0123456789abcdef"},
		{m.Source("source", `password := r.FormValue("password")`), `password := r.FormValue("password")`},
		{m.Source("source", `	apiKey = "open-sesame"`), `	apiKey = "[hidden: the name says secret]"`},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, c := range masktest.Corpus() {
		f.Add(c.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var m mask.Masker
		m.Value("form", "password", "swordfish-77")
		if got := m.Text("fuzz", text+" swordfish-77 "+text); strings.Contains(got, "swordfish-77") {
			t.Errorf("got %q", got)
		}
		m.URL("fuzz", text)
		m.Source("fuzz", text)
	})
}
