package main

import (
	"crypto/sha256"
	"io"
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// sessions are in cookies, since each request may have a process of its own. The
// key is known to everybody who can read: what the sessions hold, a number and a
// message, is worth no secret. Do not copy this.
func sessions() gangplank.Middleware {
	return session.New(session.Config{
		Keys:                 []session.Key{sha256.Sum256([]byte("probe"))},
		Name:                 "probe",
		DangerouslyAllowHTTP: true,
	})
}

// count counts the visits of a browser.
func count(w http.ResponseWriter, r *http.Request) error {
	s := session.From(r)
	visit := map[string]any{"count": session.Get[int](s, "count") + 1, "new": s.IsNew()}
	s.Set("count", visit["count"])
	return writeJSON(w, visit)
}

func renew(w http.ResponseWriter, r *http.Request) {
	gangplank.From(r).Session().Renew()
	io.WriteString(w, "renewed\n")
}

func destroy(w http.ResponseWriter, r *http.Request) {
	gangplank.From(r).Session().Destroy()
	io.WriteString(w, "destroyed\n")
}

// flash stores a message, or shows what is stored.
func flash(w http.ResponseWriter, r *http.Request) {
	s := gangplank.From(r).Session()
	if message := r.URL.Query().Get("set"); message != "" {
		s.Flash(message)
		io.WriteString(w, "stored\n")
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for _, f := range s.Flashes() {
		io.WriteString(w, f.Message+"\n")
	}
}
