package listen_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/listen"
)

// FuzzParse looks for panics, for accepted addresses that do not read back the same, and for secrets in what is printed.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"http://127.0.0.1:8080", "fastcgi+unix:/run/app.sock?mode=0660&owner=0", "ajp://[::1]:8009?secret=a", "http+fd://3",
		"http+systemd://web?allow=10.0.0.0/8,::1", "fastcgi+unix:@x", "http://[fe80::1%25lo]:80?timeout=1s&limit=4k&count=3", "http+tcp6://:0/",
	} {
		f.Add(seed)
	}
	const secret = "Xq7SECRETzP"
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "owner=") || strings.Contains(text, "group=") {
			return // the system's user database is not under test
		}
		a, err := claimAll(text)
		if err != nil || strings.Contains(text, "secret") {
			return
		}
		b, err := claimAll(a.String())
		if err != nil {
			t.Fatalf("%q is printed as %q: %v", text, a, err)
		}
		if a.Scheme != b.Scheme || a.Network != b.Network || a.Target != b.Target || b.String() != a.String() {
			t.Fatalf("%q: got %#v, then %#v", text, a, b)
		}
		withSecret := a.String() + "&secret=" + secret
		if !strings.Contains(withSecret, "?") {
			withSecret = a.String() + "?secret=" + secret
		}
		c, err := claimAll(withSecret)
		if err != nil {
			t.Fatalf("%q: %v", withSecret, err)
		}
		if strings.Contains(c.String(), secret) {
			t.Fatalf("%q is printed as %q", withSecret, c)
		}
	})
}

func claimAll(text string) (*listen.Address, error) {
	a, err := listen.Parse(text, schemes)
	if err != nil {
		return nil, err
	}
	var d time.Duration
	var n int
	var s int64
	a.Options.Duration("timeout", &d)
	a.Options.Count("count", &n)
	a.Options.Size("limit", &s)
	a.Options.Secret()
	if d < 0 || n < 0 || s < 0 {
		panic("a negative limit was read")
	}
	return a, a.Check()
}
