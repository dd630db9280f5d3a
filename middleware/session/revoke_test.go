package session_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// A copied cookie is worth nothing after log-out, Renew and log-out everywhere.
func TestReplay(t *testing.T) {
	for _, kind := range []string{"memory", "cookie revocations"} {
		for _, end := range []string{"/destroy", "/logout", "/renew", "/everywhere"} {
			b := open(t, session.New(kinds()[kind])(actions()))
			b.get("/login")
			copied := &browser{t, b.h, map[string]string{cookieName: b.cookies[cookieName]}}
			copied.want("/user", "ann")
			b.get(end)
			copied.want("/user", "")
			copied.get("/add")
			copied.want("/user", "")
		}
	}
}

// So it is for a visitor who is nobody yet.
func TestReplayUnbound(t *testing.T) {
	for _, kind := range []string{"memory", "cookie revocations"} {
		for _, end := range []string{"/destroy", "/renew", "/login"} {
			b := open(t, session.New(kinds()[kind])(actions()))
			b.get("/add")
			copied := &browser{t, b.h, map[string]string{cookieName: b.cookies[cookieName]}}
			b.get(end)
			copied.want("/n", "0")
		}
	}
}

// Log-out everywhere ends the user's sessions, on all devices, and nobody
// else's; a session bound after that lives.
func TestEndAll(t *testing.T) {
	for _, kind := range []string{"memory", "cookie revocations"} {
		h := session.New(kinds()[kind])(actions())
		phone, laptop, other := open(t, h), open(t, h), open(t, h)
		phone.get("/login")
		laptop.get("/login")
		other.get("/add")
		laptop.want("/everywhere", "<nil>")
		phone.want("/user", "")
		laptop.want("/user", "")
		other.want("/n", "1")
		laptop.get("/login")
		laptop.want("/user", "ann")
		phone.want("/user", "")
		phone.get("/login")
		phone.get("/destroy") // one device only
		laptop.want("/user", "ann")
	}
	b := open(t, session.New(kinds()["cookie"])(actions()))
	if got := b.get("/everywhere").Body.String(); !strings.Contains(got, "Config.Revocations") {
		t.Errorf("without a place for it: got %s", got)
	}
}

// A session that is bound anew after log-out everywhere goes on: the others do
// not.
func TestEndOthers(t *testing.T) {
	for _, kind := range []string{"memory", "cookie revocations"} {
		a := actions()
		a["/password"] = func(_ gangplank.Session, w http.ResponseWriter, r *http.Request) {
			s := session.From(r)
			if err := s.EndAll(r.Context(), s.User()); err != nil {
				t.Error(err)
			}
			s.Renew()
			s.Bind(s.User())
		}
		h := session.New(kinds()[kind])(a)
		this, other := open(t, h), open(t, h)
		this.get("/login")
		other.get("/login")
		stolen := &browser{t, h, map[string]string{cookieName: this.cookies[cookieName]}}
		this.get("/password")
		this.want("/user", "ann")
		other.want("/user", "")
		stolen.want("/user", "")
	}
}

// A user who logs out of more sessions than an entry holds ends all of them.
func TestEndedIsBounded(t *testing.T) {
	store := &spy{Store: session.NewMemory(1 << 20)}
	h := session.New(session.Config{Keys: testKeys, Revocations: store})(actions())
	first := open(t, h)
	first.get("/login")
	for range 300 {
		b := open(t, h)
		b.get("/login")
		b.get("/destroy")
	}
	first.want("/user", "")
	if store.largest > 8<<10 {
		t.Errorf("an entry has grown to %d bytes", store.largest)
	}
}
