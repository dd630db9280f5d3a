package session_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// mounted is a middleware that has the application stand at a mount point.
func mounted(at string, next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		c.SetGateway(&gangplank.Gateway{ScriptName: at})
		next.ServeHTTP(w, r)
	})
}

// What the browser is told, by configuration and by whether there is TLS.
func TestCookie(t *testing.T) {
	for _, tt := range []struct {
		desc  string
		cfg   session.Config
		plain bool
		mount string
		want  string // with the value left out
	}{
		{"default", session.Config{}, false, "", "__Host-session; Path=/; Secure; HttpOnly; SameSite=Lax"},
		{"behind a proxy", session.Config{}, true, "", "__Host-session; Path=/; Secure; HttpOnly; SameSite=Lax"},
		{"default, mounted", session.Config{}, false, "/wiki", "__Host-session; Path=/; Secure; HttpOnly; SameSite=Lax"},
		{"name", session.Config{Name: "wiki"}, false, "", "__Host-wiki; Path=/; Secure; HttpOnly; SameSite=Lax"},
		{"mounted", session.Config{MountPath: true}, false, "/cgi-bin/wiki.cgi", "__Secure-session; Path=/cgi-bin/wiki.cgi; Secure; HttpOnly; SameSite=Lax"},
		{"mounted at the root", session.Config{MountPath: true}, false, "", "__Secure-session; Path=/; Secure; HttpOnly; SameSite=Lax"},
		{"mounted in disguise", session.Config{MountPath: true}, false, "/a b;Domain=x\r\n/ü", "__Secure-session; Path=/a%20b%3BDomain=x%0D%0A/%C3%BC; Secure; HttpOnly; SameSite=Lax"},
		{"domain", session.Config{Domain: "example.com"}, false, "", "__Secure-session; Path=/; Secure; HttpOnly; SameSite=Lax; Domain=example.com"},
		{"strict", session.Config{SameSite: http.SameSiteStrictMode}, false, "", "__Host-session; Path=/; Secure; HttpOnly; SameSite=Strict"},
		{"none", session.Config{SameSite: http.SameSiteNoneMode}, false, "", "__Host-session; Path=/; Secure; HttpOnly; SameSite=None"},
		{"development", session.Config{DangerouslyAllowHTTP: true}, true, "", "session; Path=/; HttpOnly; SameSite=Lax"},
		{"development with TLS", session.Config{DangerouslyAllowHTTP: true}, false, "", "__Host-session; Path=/; Secure; HttpOnly; SameSite=Lax"},
	} {
		tt.cfg.Keys = testKeys
		l := new(logged)
		h := l.handler(mounted(tt.mount, session.New(tt.cfg)(actions())))
		for _, path := range []string{"/add", "/add", "/destroy"} {
			r := httptest.NewRequest("GET", path, nil)
			if !tt.plain {
				r.TLS = new(tls.ConnectionState)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if path == "/destroy" {
				if got := w.Header()["Set-Cookie"]; len(got) != 0 {
					t.Errorf("%s: nothing was sent, but %q is to be forgotten", tt.desc, got)
				}
				continue
			}
			name, rest, _ := strings.Cut(w.Header().Get("Set-Cookie"), "=")
			_, rest, _ = strings.Cut(rest, ";")
			if got := name + ";" + rest; got != tt.want {
				t.Errorf("%s: got %s, want %s", tt.desc, got, tt.want)
			}
		}
		if development := tt.desc == "development"; development {
			l.want(t, "DangerouslyAllowHTTP") // once
		} else {
			l.want(t)
		}
	}
}

// A cookie that plain HTTP could have planted does nothing over TLS, and the
// other way round.
func TestNamesDoNotMix(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		cfg.DangerouslyAllowHTTP = true
		h := session.New(cfg)(actions())
		secure := open(t, h)
		secure.get("/add")
		value := secure.cookies[cookieName]
		for _, tt := range []struct {
			desc, name string
			tls        bool
			n          string
		}{
			{"prefixed over TLS", cookieName, true, "1"},
			{"plain over TLS", "session", true, "0"},
			{"prefixed over HTTP", cookieName, false, "0"},
			{"in other letters", "__host-session", true, "0"},
			{"another prefix", "__Secure-session", true, "0"},
		} {
			r := httptest.NewRequest("GET", "/n", nil)
			r.Header.Set("Cookie", tt.name+"="+value)
			r.Header.Set("X-Forwarded-Proto", "https")
			if tt.tls {
				r.TLS = new(tls.ConnectionState)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if got := w.Body.String(); got != tt.n {
				t.Errorf("%s: got %s, want %s", tt.desc, got, tt.n)
			}
		}
		if cfg.Store == nil { // a value sealed for one name does not serve under another
			r := httptest.NewRequest("GET", "/n", nil)
			r.Header.Set("Cookie", "session="+value)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if got := w.Body.String(); got != "0" {
				t.Errorf("a secure value serves over plain HTTP: got %s", got)
			}
		}
	})
}

// Shared caches are told, and what the handler told them stays.
func TestCacheControl(t *testing.T) {
	for given, want := range map[string]string{
		"":                    "private",
		"public, max-age=600": `public, max-age=600 no-cache="Set-Cookie"`,
		"no-store":            "no-store",
		"Private, max-age=1":  "Private, max-age=1",
	} {
		h := session.New(session.Config{Keys: testKeys})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if given != "" {
				w.Header().Set("Cache-Control", given)
			}
			gangplank.From(r).Session().Set("n", 1)
		}))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if got := strings.Join(w.Header()["Cache-Control"], " "); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}

func TestConfigFaults(t *testing.T) {
	for _, tt := range []struct {
		cfg  session.Config
		want []string
	}{
		{session.Config{}, []string{"Keys: there is none"}},
		{session.Config{Keys: []session.Key{{}, {1}, {1}}}, []string{"number 1 is all zeros", "number 3 is number 2 again"}},
		{session.Config{Keys: testKeys, Idle: time.Millisecond, Absolute: -1, MaxRemember: 500 * 24 * time.Hour},
			[]string{"Idle: 1ms", "Absolute: -1ns", "MaxRemember: 12000h"}},
		{session.Config{Keys: testKeys, Name: "a b", Domain: "a;b", SameSite: 9}, []string{`Name: "a b"`, `Domain: "a;b"`, "SameSite: 9"}},
		{session.Config{Keys: testKeys, Name: "__Host-session"}, []string{"has the prefix already"}},
		{session.Config{Store: session.NewMemory(1 << 20), Carrier: noCarrier{}}, []string{"Carrier: there is a Store"}},
	} {
		err := tt.cfg.Validate()
		if err == nil {
			t.Errorf("%v: no fault found", tt.want)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("got %q, want %q in it", err, want)
			}
		}
		func() {
			defer func() {
				if got, _ := recover().(string); got != "session: "+err.Error() {
					t.Errorf("New panics with %v", got)
				}
			}()
			session.New(tt.cfg)
		}()
	}
	for name, cfg := range kinds() {
		if err := cfg.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type noCarrier struct{}

func (noCarrier) Open(*http.Request, string) (map[string]any, func(http.ResponseWriter, map[string]any, http.Cookie) error, error) {
	return nil, nil, nil
}
