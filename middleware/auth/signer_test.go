package auth_test

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

func newKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	return key
}

func TestSigner(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		oldKey, newKey := newKey(), newKey()
		old := auth.NewSigner(auth.SignerConfig{Keys: [][]byte{oldKey}})
		s := auth.NewSigner(auth.SignerConfig{Keys: [][]byte{newKey, oldKey}, Name: "guest", Roles: []string{"reader"}})
		h := guarded(s)
		soon := time.Now().Add(time.Minute)
		signed := s.Sign("/files/a%20b?v=1", soon)
		for _, tt := range []struct {
			desc, method, target string
			want                 int
		}{
			{"right", "GET", signed, 200},
			{"head", "HEAD", signed, 200},
			{"without a query", "GET", s.Sign("/", soon), 200},
			{"a fragment is the browser's", "GET", s.Sign("/x#y", soon), 200},
			{"old key", "GET", old.Sign("/x", soon), 200},
			{"post", "POST", signed, 403},
			{"another path", "GET", strings.Replace(signed, "a%20b", "a%20c", 1), 403},
			{"written otherwise", "GET", strings.Replace(signed, "/files", "/%66iles", 1), 403},
			{"another query", "GET", strings.Replace(signed, "v=1", "v=2", 1), 403},
			{"longer", "GET", strings.Replace(signed, "until=", "until=9", 1), 403},
			{"something added", "GET", signed + "&v=2", 403},
			{"something before", "GET", strings.Replace(signed, "?", "?w=1&", 1), 403},
			{"no signature", "GET", signed[:strings.Index(signed, "&signature")], 401},
			{"empty signature", "GET", signed[:strings.Index(signed, "&signature")] + "&signature=", 403},
			{"two signatures", "GET", signed + signed[strings.Index(signed, "&signature"):], 403},
			{"another's key", "GET", auth.NewSigner(auth.SignerConfig{Keys: [][]byte{make([]byte, 32)}}).Sign("/x", soon), 403},
			{"new key at an old signer", "GET", "/plain", 401},
		} {
			rec := ask(h, tt.method, tt.target)
			if rec.Code != tt.want {
				t.Errorf("%s: got %d for %s", tt.desc, rec.Code, tt.target)
			}
			if tt.want == 200 && tt.method == "GET" && rec.Body.String() != "guest by signed-url as reader" {
				t.Errorf("%s: got %q", tt.desc, rec.Body)
			}
		}
		for i := range signed { // any bit of it
			b := []byte(signed)
			if b[i] ^= 1; b[i] <= ' ' || b[i] == '%' || b[i] == '#' || signed[i] == '%' || i > 0 && signed[i-1] == '%' || i > 1 && signed[i-2] == '%' || i == 0 {
				continue
			}
			if rec := ask(h, "GET", string(b)); rec.Code == 200 {
				t.Errorf("%s is believed", b)
			}
		}
		time.Sleep(time.Minute)
		if rec := ask(h, "GET", signed); rec.Code != 403 {
			t.Errorf("a minute later: got %d", rec.Code)
		}
	})
	wantPanic(t, func() { auth.NewSigner(auth.SignerConfig{}) }, "Keys: there are none")
	wantPanic(t, func() { auth.NewSigner(auth.SignerConfig{Keys: [][]byte{newKey(), []byte("short")}}) }, "the one at 1 has 5 bytes")
}

// Below a mount point what gangplank.URL returns can be signed.
func TestSignerMounted(t *testing.T) {
	t.Parallel()
	s := auth.NewSigner(auth.SignerConfig{Keys: [][]byte{newKey()}, Name: "guest"})
	var link string
	r := gangplank.New()
	r.Use(auth.Identify(s))
	r.With(auth.Require()).Handle("/files/{name}", whoami).Name("file")
	r.Get("/share", func(w http.ResponseWriter, r *http.Request) {
		link = s.Sign(gangplank.URL(r, "file", "name", "a b"), time.Now().Add(time.Hour))
	})
	h := http.StripPrefix("/app", r)
	ask(h, "GET", "/app/share")
	if rec := ask(h, "GET", link); !strings.HasPrefix(link, "/app/files/a%20b?until=") || rec.Code != 200 {
		t.Errorf("got %d for %s", rec.Code, link)
	}
	if rec := ask(h, "GET", strings.Replace(link, "/app/files/", "/app/files/x", 1)); rec.Code != 403 {
		t.Errorf("another file: got %d", rec.Code)
	}
}
