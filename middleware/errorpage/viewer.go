package errorpage

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank"
)

//go:embed records.html
var recordsHTML string

var recordsTemplate = sync.OnceValue(func() *template.Template { return parse("records", recordsHTML) })

// Handler lists the records and, with the parameter id, shows the one of an error
// id or fingerprint: as HTML, JSON, text or Markdown by Accept. authorise decides
// who may: a record shows source and what clients sent. It must not be nil.
func (s *Records) Handler(authorise func(*http.Request) bool) http.Handler {
	if authorise == nil {
		panic("errorpage: Records.Handler without a function that authorises")
	}
	return gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		if !authorise(r) {
			return gangplank.Error(http.StatusForbidden, "")
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			return gangplank.Error(http.StatusMethodNotAllowed, "").With("Allow", "GET, HEAD")
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Add("Vary", "Accept")
		if id := r.URL.Query().Get("id"); id != "" {
			return s.showOne(w, r, id)
		}
		return s.showAll(w, r)
	})
}

func (s *Records) showOne(w http.ResponseWriter, r *http.Request, id string) error {
	rec, err := s.Get(id)
	if errors.Is(err, fs.ErrNotExist) {
		return gangplank.Error(http.StatusNotFound, "There is no record of this error.")
	}
	if err != nil {
		return err
	}
	if rec.Report == nil {
		return gangplank.Error(http.StatusNotFound, "The record of this error has no report.")
	}
	switch formatFor(r) {
	case asHTML:
		send(w, http.StatusOK, asHTML, rec.Report.html(setPolicy(w.Header(), "'none'"), rec))
	case asProblem:
		return sendJSON(w, rec)
	case asMarkdown:
		send(w, http.StatusOK, asMarkdown, []byte(rec.Report.Markdown()))
	default:
		send(w, http.StatusOK, asText, []byte(rec.Report.Text()))
	}
	return nil
}

func (s *Records) showAll(w http.ResponseWriter, r *http.Request) error {
	all, err := s.List()
	if err != nil {
		return err
	}
	switch formatFor(r) {
	case asHTML:
		nonce := setPolicy(w.Header(), "'self'")
		var b bytes.Buffer
		if err := recordsTemplate().Execute(&b, map[string]any{"Records": all, "Nonce": nonce, "CSS": template.CSS(reportCSS)}); err != nil {
			return err
		}
		send(w, http.StatusOK, asHTML, b.Bytes())
	case asProblem:
		return sendJSON(w, all)
	default:
		t := &plain{}
		for _, rec := range all {
			t.line("%s  %6d  %s  %s", rec.Fingerprint, rec.Count, rec.Last.Format(time.RFC3339), firstLine(rec.Title()))
		}
		send(w, http.StatusOK, asText, []byte(t.String()))
	}
	return nil
}

// Title is the message of the newest report.
func (rec *Record) Title() string {
	if rec.Report == nil {
		return ""
	}
	return rec.Report.Title()
}

func sendJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}
