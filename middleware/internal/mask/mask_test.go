package mask_test

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
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
		got := m.Text("test", c.Text)
		for _, part := range strings.FieldsFunc(c.Secret, func(r rune) bool { return strings.ContainsRune(" \",'\n", r) }) {
			if len(part) > 5 && strings.Contains(got, part) || strings.Contains(got, c.Secret) {
				t.Errorf("%s: got %q", c.Name, got)
			}
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

//go:embed testdata/names-secret.txt
var secretNames string

//go:embed testdata/names-harmless.txt
var harmlessNames string

func TestNames(t *testing.T) {
	for names, hidden := range map[string]bool{secretNames: true, harmlessNames: false} {
		for name := range strings.FieldsSeq(names) {
			var m mask.Masker
			if got := m.Value("form", name, "plain"); (got != "plain") != hidden {
				t.Errorf("%s: got %q", name, got)
			}
		}
	}
	var m mask.Masker
	for name := range strings.FieldsSeq("has_token private DISABLE_AUTH password") {
		if got := m.Value("form", name, "true"); (got != "true") != (name == "password") {
			t.Errorf("%s, which is true: got %q", name, got)
		}
	}
	own := mask.Masker{Names: []string{"badge"}}
	if got := own.Value("form", "badge-number", "plain"); got == "plain" {
		t.Error("a name of the user's own is not hidden")
	}
}

// No name is shown that Django's error page hides, but for harmless words.
func TestDjango(t *testing.T) {
	rule := regexp.MustCompile(`(?i)AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|HTTP_COOKIE|^API|API$|_API|API_`)
	harmless := make(map[string]bool)
	for name := range strings.FieldsSeq(harmlessNames) {
		harmless[name] = true
	}
	for _, part := range []string{"API", "AUTH", "TOKEN", "KEY", "SECRET", "PASS", "SIGNATURE", "HTTP_COOKIE"} {
		for _, form := range []string{"%s", "X_%s", "%s_X", "%s2", "X%s", "%sX", "a-%s-b", "%s.x"} {
			for _, name := range []string{fmt.Sprintf(form, part), strings.ToLower(fmt.Sprintf(form, part))} {
				var m mask.Masker
				if rule.MatchString(name) && !harmless[name] && m.Value("form", name, "plain") == "plain" {
					t.Errorf("%s is shown", name)
				}
			}
		}
	}
}

// A value that was hidden for its name does not appear in a message either,
// however that quotes it.
func TestKnownValues(t *testing.T) {
	const password = `hunter2 & "co"/ü`
	for _, value := range []string{password, url.QueryEscape(password), url.PathEscape(password)} {
		var m mask.Masker
		m.Value("form", "password", value)
		inJSON, _ := json.Marshal(password)
		for _, text := range []string{
			password, strconv.Quote(password), strconv.QuoteToASCII(password), string(inJSON), fmt.Sprintf("%+q", []string{password}),
			"/?x=" + url.QueryEscape(password), "/" + url.PathEscape(password) + "/x", "?y=" + url.PathEscape("="+password),
		} {
			if got := m.Text("message", "no user with "+text+" found"); strings.Contains(got, "hunter2") || !strings.HasPrefix(got, "no user with") || !strings.HasSuffix(got, " found") {
				t.Errorf("%s: got %q", value, got)
			}
		}
	}
}

// The password in Basic credentials is known as it was typed in.
func TestBasicPassword(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.SetBasicAuth("alice", "wonderland-7")
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		var m mask.Masker
		m.Header(name, r.Header.Get("Authorization"))
		if got := m.Text("message", "login with wonderland-7 failed"); strings.Contains(got, "wonderland") {
			t.Errorf("got %q", got)
		}
	}
}

// Of values that begin alike, or are cut, as much is hidden as agrees.
func TestKnownOverlap(t *testing.T) {
	long := strings.Repeat("ab", 100)
	var m mask.Masker
	for _, v := range []string{"swordfish", "swordfish-77", "sword", "fish-77-long", long + "-first", long + "-second"} {
		m.Value("form", "password", v)
	}
	const h = "[hidden: the name says secret]"
	for text, want := range map[string]string{
		"a swordfish b": "a " + h + " b", "swordfish-77": h, "sword-fish-77-long": h + "-" + h, "swordfishfish-77-long": h + h,
		"x " + long + "-second y": "x " + h + " y", "x " + long[:150] + " cut": "x " + h + " cut", "hidden, secret": "hidden, secret",
	} {
		if got := m.Text("test", text); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := m.Text("test", want); got != want {
			t.Errorf("masked twice: got %q, want %q", got, want)
		}
	}
}

// What is done grows with the text, not with the text times the values that are
// known; and what is not looked at is not shown.
func TestWorkIsBounded(t *testing.T) {
	var cookies strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&cookies, "k%d=%012d; ", i, i)
	}
	for i := range 20_000 {
		fmt.Fprintf(&cookies, "s%d=xy; ", i)
	}
	query := "/?" + strings.ReplaceAll(cookies.String(), "; ", "&")
	for _, tt := range []struct {
		desc string
		do   func(*mask.Masker) string
	}{
		{"cookies", func(m *mask.Masker) string { return m.Header("Cookie", cookies.String()) }},
		{"URL", func(m *mask.Masker) string { return m.URL("URL", query) }},
		{"value", func(m *mask.Masker) string { return m.Value("form", "x", strings.Repeat("<", 1<<20)) }},
		{"text", func(m *mask.Masker) string { return m.Text("message", strings.Repeat("password=aaaaaa ", 1<<16)) }},
		{"source", func(m *mask.Masker) string { return m.Source("source", strings.Repeat(`token="aaaaaa" `, 1<<16)) }},
		{"known", func(m *mask.Masker) string {
			for i := range 20_000 {
				m.Value("form", "token", fmt.Sprintf("aaaaaa%d", i))
			}
			return m.Text("message", strings.Repeat("a", 1<<20))
		}},
	} {
		var m mask.Masker
		got := tt.do(&m)
		if work := m.Searched(); work > 32<<10 || len(got) > 96<<10 {
			t.Errorf("%s: searched %d bytes and returned %d", tt.desc, work, len(got))
		}
		if strings.Contains(got, "000000019999") {
			t.Errorf("%s: shows what it has not looked at", tt.desc)
		}
	}
}

// BenchmarkText has the texts that cost most for one shape or another.
func BenchmarkText(b *testing.B) {
	for name, part := range map[string]string{
		"prose": "the quick brown fox jumps over 13 lazy dogs, ", "lt": "<", "a": "a", "key": "sk-gh_AC hf_ ", "assignments": "token:a ", "names": "a:b=",
		"header": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 ", "all gates": "a:b@/basic eyJ://$1$ 1234567 code= cookie authorization ",
		"known": "swordfish-7 ", "nested": "{[:token:", "flags": "-password -token ",
		"sentences": `password "x password is x `, "escaped": "token%253Dx ", "tags": "<token>", "commands": "curl -u mysql -x login a password ",
		"brackets": "token (a1 token -> token[", "pairs": `name="a" value="b" is: api key: `, "constraints": "Key (token)=(x Duplicate entry 'a' for key name=", "quotes": ` token \\" token \\\\\\"`,
	} {
		b.Run(name, func(b *testing.B) {
			text := strings.Repeat(part, 16<<10/len(part))
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				var m mask.Masker
				for i := range 200 {
					m.Value("form", "password", "swordfish-"+strconv.Itoa(i))
				}
				m.Text("text", text)
			}
		})
	}
}

func TestSurfaces(t *testing.T) {
	var m mask.Masker
	m.Allow("0123456789abcdef0123456789abcdef")
	for _, tt := range []struct{ got, want string }{
		{m.Header("Authorization", "Basic YWxpY2U6d29uZGVybGFuZA=="), "Basic [hidden: credentials]"},
		{m.Header("Cookie", "theme=dark; sid=1; id=abcdefabcdefabcdef"), "theme=dark; sid=[hidden: the name says secret]; id=[hidden: a long cookie]"},
		{m.Header("Set-Cookie", "theme=dark; Path=/; SameSite=Lax"), "theme=dark; Path=/; SameSite=Lax"},
		{m.Header("Cookie", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N; a=1"), "[hidden: a long cookie]; a=1"},
		{m.URL("url", "/cb?code=0a1b2c3d4e&n=1"), "/cb?code=[hidden: an authorization code]&n=1"},
		{m.URL("url", "/cb?code=abc&state=xy"), "/cb?code=[hidden: an authorization code]&state=xy"},
		{m.URL("url", "/shop?code=SAVE10"), "/shop?code=SAVE10"},
		{m.URL("url", "/a?b=c&api_key=42&d=%e"), "/a?b=c&api_key=[hidden: the name says secret]&d=%e"},
		{m.URL("url", "/reset/page#access_token=abc"), "/reset/page#access_token=[hidden: the name says secret]"},
		{m.URL("url", "/?to=https%3A%2F%2Fbob%3Asesame99%40host%2F"), "/?to=[hidden: an escaped secret]"},
		{m.URL("url", "/login?next=%2Fcb%3Faccess_token%3DHunter2x%26n%3D1&a=b"), "/login?next=%2Fcb%3Faccess_token%3D[hidden: the name says secret]%26n%3D1&a=b"},
		{m.Text("log", "id 0123456789abcdef0123456789abcdef"), "id 0123456789abcdef0123456789abcdef"},
		{m.Text("text", "host: db\npassword: one two\nuser: bob"), "host: db\npassword: [hidden: the name says secret]\nuser: bob"},
		{m.Text("text", "{Token:a b User:bob HasToken:false}"), "{Token:[hidden: the name says secret] User:bob HasToken:false}"},
		{m.Text("text", "{Password: Host:db Session:[]}"), "{Password: Host:db Session:[]}"},
		{m.Any("value", "header", http.Header{"Authorization": {"Basic YTpiY2RlZg=="}}), "map[Authorization:[hidden: the name says secret]]"},
		{m.Text("text", fmt.Sprintf("%q", "name=\"password\"\r\n\r\nhunter2\r\n--x")), `"name=\"password\"\r\n\r\n[hidden: the name says secret]\r\n--x"`},
		{m.Text("text", `mongo ["--password", "a b", "-v"] and ['--user', 'bob']`), `mongo ["--password", "[hidden: the name says secret]", "-v"] and ['--user', 'bob']`},
		{m.Text("text", `<add key="Password" value="hunter2"/><add key="Host" value="db"/>`), `<add key="Password" value="[hidden: the name says secret]"/><add key="Host" value="db"/>`},
		{m.Source("source", `tokens := []string{"abc", "def"}`), `tokens := [hidden: the name says secret]`},
		{m.Source("source", `password := read("password")`), `password := read("password")`},
		{m.Source("source", `password := r.FormValue("password")`), `password := r.FormValue("password")`},
		{m.Source("source", `	apiKey = "open-sesame"`), `	apiKey = "[hidden: the name says secret]"`},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

// Nothing makes it panic, and a value that is known never stays, whatever stands
// around it.
func FuzzText(f *testing.F) {
	for _, c := range masktest.Corpus() {
		f.Add(c.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const secret = "swordfish-77"
		var m mask.Masker
		m.Value("form", "password", secret)
		for what, got := range map[string]string{
			"text": m.Text("fuzz", text+" "+secret+" "+text), "source": m.Source("fuzz", text+secret+text), "URL": m.URL("fuzz", "/?"+text+secret),
			"value": m.Any("fuzz", "value", map[string]any{text: []string{text, secret}}), "cookie": m.Header("Cookie", text+"="+secret),
		} {
			if strings.Contains(got, secret) {
				t.Errorf("%s: got %q", what, got)
			}
		}
	})
}
