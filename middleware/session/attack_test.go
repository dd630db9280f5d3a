package session_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

const cookieName = "__Host-session"

// Every bit of a cookie counts, the unused ones of base64's last character too.
func TestTampering(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		l := new(logged)
		b := open(t, l.handler(session.New(cfg)(actions())))
		b.get("/login")
		good := b.cookies[cookieName]
		try := func(value string) {
			t.Helper()
			b.cookies[cookieName] = value
			if got := b.get("/user").Body.String(); got != "" {
				t.Fatalf("%q, made of %q, is somebody: %q", value, good, got)
			}
		}
		for i := range len(good) {
			for bit := range 8 {
				value := []byte(good)
				value[i] ^= 1 << bit
				if value[i] == ';' || value[i] == ' ' {
					continue // the end of the cookie, and what may stand around it
				}
				l.take()
				try(string(value))
				if cfg.Store == nil {
					l.want(t, "session cookie not accepted")
				}
			}
		}
		for n := range len(good) {
			try(good[:n])
			try(good[n:] + good[:n] + "A")
		}
		try(good + "A")
		try(good + "=")
		try(`"` + good + `"`)
		b.cookies[cookieName] = good
		b.want("/user", "ann")
	})
}

// What one cookie holds is nothing in another: with the Store or the keys of two
// sites, or for plain HTTP, where anybody can have read it.
func TestCookieOfAnotherName(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		cfg.DangerouslyAllowHTTP = true
		b := open(t, session.New(cfg)(actions()))
		b.get("/login")
		b.want("/user", "ann")
		value := b.cookies[cookieName]
		cfg.Name = "admin"
		other := open(t, session.New(cfg)(actions()))
		other.cookies["__Host-admin"] = value
		other.want("/user", "")
		plain := httptest.NewRequest("GET", "http://example.com/user", nil)
		plain.AddCookie(&http.Cookie{Name: "session", Value: value})
		w := httptest.NewRecorder()
		b.h.ServeHTTP(w, plain)
		if w.Body.String() != "" {
			t.Errorf("over plain HTTP it is %q", w.Body)
		}
	})
}

// The same for the sealed text itself, with bytes that no cookie can have.
func TestCodecTampering(t *testing.T) {
	c := session.NewCodec(testKeys...)
	good, err := c.Encode("name", "value")
	if err != nil {
		t.Fatal(err)
	}
	var got string
	for i := range len(good) {
		for b := range 256 {
			value := []byte(good)
			if value[i] = byte(b); string(value) == good {
				continue
			}
			if err := c.Decode("name", string(value), &got); err == nil {
				t.Fatalf("%q, made of %q, is %q", value, good, got)
			}
			if err := c.Decode("name", good[:i]+string(byte(b))+good[i:], &got); err == nil {
				t.Fatalf("%q and %#x at %d is %q", good, b, i, got)
			}
		}
	}
	if err := c.Decode("another", good, &got); err == nil {
		t.Error("a value of one name serves for another")
	}
	if err := c.Decode("name", good, &got); err != nil || got != "value" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestKeyRotation(t *testing.T) {
	site := func(l *logged, keys ...session.Key) http.Handler {
		return l.handler(session.New(session.Config{Keys: keys})(actions()))
	}
	older, newer, l := session.NewKey(), session.NewKey(), new(logged)
	b := open(t, site(l, older))
	b.get("/login")
	replay := b.cookies[cookieName]

	b.h = site(l, newer, older)
	if w := b.get("/nothing"); len(w.Header()["Set-Cookie"]) != 0 {
		t.Error("sealed anew although the session was not used")
	}
	b.want("/user", "ann")
	if b.cookies[cookieName] == replay {
		t.Error("not sealed with the new key")
	}
	if w := b.get("/user"); len(w.Header()["Set-Cookie"]) != 0 {
		t.Error("sealed anew twice")
	}
	b.h = site(l, newer)
	b.want("/user", "ann")
	l.want(t)
	b.cookies[cookieName] = replay
	b.want("/user", "")
	l.want(t, "not among Keys")
}

// An id that a client brings along is never taken (session fixation, CWE-384).
func TestFixation(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		h := session.New(cfg)(actions())
		planted := strings.Repeat("A", 42) + "E"
		victim := open(t, h)
		victim.cookies[cookieName] = planted
		victim.get("/login")
		if victim.cookies[cookieName] == planted {
			t.Error("a new session got the id that the request brought")
		}
		attacker := open(t, h)
		attacker.get("/add")
		victim = open(t, h)
		victim.cookies[cookieName] = attacker.cookies[cookieName]
		victim.want("/n", "1")
		victim.get("/login")
		attacker.want("/user", "")
		victim.want("/user", "ann")
	})
}

// The Store sees neither ids nor users.
func TestStoreSeesHashes(t *testing.T) {
	store := &spy{Store: session.NewMemory(1 << 20)}
	b := open(t, session.New(session.Config{Store: store})(actions()))
	b.get("/login")
	b.get("/user")
	if len(store.keys) == 0 {
		t.Fatal("nothing was loaded")
	}
	for _, key := range store.keys {
		if strings.Contains(key, "ann") || strings.Contains(key, b.cookies[cookieName]) || len(key) != 43 {
			t.Errorf("the Store was asked for %q", key)
		}
	}
}

// A session that outgrows its cookie is an error that says by how much, and
// changes nothing.
func TestTooLarge(t *testing.T) {
	l, a := new(logged), actions()
	a["/large"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
		s.Set("large", strings.Repeat("x", 4000))
		fmt.Fprint(w, "Saved.")
	}
	size := 0
	a["/fits"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
		s.Set("large", strings.Repeat("x", size))
	}
	b := open(t, l.handler(session.New(session.Config{Keys: testKeys})(a)))
	b.get("/add")
	w := b.get("/large")
	if w.Code != 500 || strings.Contains(w.Body.String(), "Saved") || strings.Contains(w.Body.String(), "bytes") {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
	l.want(t, "too large for a cookie", "bytes, of at most 4096")
	b.want("/n", "1")
	largest := 0
	for size = 2900; b.get("/fits").Code == 200; size++ {
		largest = len(cookieName) + len(b.cookies[cookieName])
	}
	if largest < 4093 || largest > 4096 { // four letters are three bytes
		t.Errorf("the largest cookie has %d bytes", largest)
	}
	b.want("/n", "1")
	l.take()
	b.cookies[cookieName] = strings.Repeat("A", 100_000)
	b.want("/n", "0")
	l.want(t, "not in the form of a session")
}

// However many cookies there are, few are looked at, and too many are not looked
// at at all.
func TestManyCookies(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		l := new(logged)
		b := open(t, l.handler(session.New(cfg)(actions())))
		b.get("/add")
		good := cookieName + "=" + b.cookies[cookieName]
		forged := cookieName + "=" + strings.Repeat("A", len(b.cookies[cookieName]))
		for _, tt := range []struct {
			desc  string
			lines []string
			n     string
			log   int
		}{
			{"alone", []string{good}, "1", 0},
			{"after others", []string{strings.Repeat("a=b; ", 900) + good}, "1", 0},
			{"in another line", []string{strings.Repeat("a=b; ", 900), "x=y", good}, "1", 0},
			{"10 000 others", []string{strings.Repeat("a=b; ", 10_000) + good}, "0", 1},
			{"10 000 lines", append(strings.Split(strings.Repeat("a=b\n", 10_000), "\n"), good), "0", 1},
			{"after forged ones", []string{forged + ";" + forged, good}, "1", 2},
			{"900 forged ones", []string{strings.Repeat(forged+";", 900) + good}, "0", 4},
			{"10 000 forged ones", []string{strings.Repeat(forged+";", 10_000)}, "0", 1},
			{"separators", []string{strings.Repeat(";", 900), " ; = ;;" + good + " ;"}, "1", 0},
		} {
			r := b.request("/n")
			r.Header["Cookie"] = tt.lines
			w := httptest.NewRecorder()
			b.h.ServeHTTP(w, r)
			if got := w.Body.String(); got != tt.n {
				t.Errorf("%s: got %s, want %s", tt.desc, got, tt.n)
			}
			want := tt.log
			if cfg.Store != nil && strings.Contains(tt.desc, "forged") && tt.log != 1 {
				want = 0 // an id that is not there is not worth a line
			}
			if got := strings.Count(l.take(), "not accepted"); got != want {
				t.Errorf("%s: got %d log lines, want %d", tt.desc, got, want)
			}
		}
	})
}

// A cookie that cannot be decoded is an empty session and a log line, not an
// error page for ever, and the next change replaces it.
func TestUndecodable(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		l := new(logged)
		b := open(t, l.handler(session.New(cfg)(actions())))
		b.cookies[cookieName] = "MTc1fERYOEVBUUxfZ0FBQkVBRVFBQUFfX19f"
		w := b.get("/n")
		if w.Code != 200 || w.Body.String() != "0" || len(w.Header()["Set-Cookie"]) != 0 {
			t.Errorf("got %d %q %v", w.Code, w.Body, w.Header())
		}
		l.want(t, "session cookie not accepted", "level=WARN")
		b.get("/add")
		b.want("/n", "1")
	})
}
