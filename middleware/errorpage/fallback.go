package errorpage

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mask"
	"github.com/gangplank-web/gangplank/middleware/internal/reported"
)

// A page about a failure must not fail. But errors have methods, and each may
// panic, as those of a nil pointer do that somebody has returned as an error.

// tell examines err and announces it.
func (p *page) tell(r *http.Request, err error, response string) (f *failure) {
	defer func() {
		if v := recover(); v != nil {
			f = p.giveUp(r, err, f, v)
		}
	}()
	f = p.examine(r, err)
	f.response = response
	p.announce(r, f)
	return f
}

// giveUp logs what is certain about err, once a panic with v has ended the attempt
// to say more. f is what was known until then, or nil.
func (p *page) giveUp(r *http.Request, err error, f *failure, v any) *failure {
	if f == nil {
		f = &failure{err: err, answer: gangplank.Error(http.StatusInternalServerError, ""), status: http.StatusInternalServerError, level: levelOfFailure}
		f.public = titleOf(f.status)
	}
	if f.shown = false; f.id == "" {
		sum := sha256.Sum256([]byte(typeOf(err)))
		f.fingerprint = fingerprint(sum[:])
		f.id = newID(f.fingerprint)
	}
	m := &mask.Masker{Names: lower(p.Secrets)}
	gangplank.From(r).Logger().LogAttrs(r.Context(), slog.LevelError, "errorpage: failed itself",
		slog.String("panic", m.Text("log", fmt.Sprint(v))), slog.String("error_id", f.id),
		slog.String("error", m.Text("log", gangplank.ErrorText(err))), slog.String("type", typeOf(err)), slog.Int("status", f.status),
		slog.String("method", r.Method), slog.String("uri", m.URL("log", uri(r))))
	ownTrace(r).report(err, f.id)
	reported.Set(r, err, f.id)
	return f
}

// fallBack answers in plain text, as cgitb did, where a page could not be written.
func (p *page) fallBack(w http.ResponseWriter, r *http.Request, err error, f *failure, v any) {
	f = p.giveUp(r, err, f, v)
	if gw, ok := w.(*gangplank.Writer); ok && !gw.Reset() {
		panic(http.ErrAbortHandler)
	}
	f.setHeader(w.Header())
	page := &Page{Status: f.status, Title: titleOf(f.status), Text: f.public, ID: f.id}
	send(w, f.status, asText, page.text())
}
