package main

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// site is a notebook that lasts as long as a session.
type site struct{ renderer Renderer }

// Page is what the templates get.
type Page struct {
	Root    string // where the site is mounted
	User    string
	Visits  int
	Flashes []string
	Notes   []Note
}

// Note is one note; on its own page it is the only one.
type Note struct {
	Number int
	Text   string
}

func (s site) routes() []Route {
	return []Route{
		{"GET", "/", gangplank.Try(s.home)},
		{"GET", "/notes/{number}", gangplank.Try(s.note)},
		{"POST", "/notes", auth.Require()(gangplank.Try(s.add))},
	}
}

// noteKey is where a session has a note.
func noteKey(number int) string { return fmt.Sprintf("note %d", number) }

func (s site) home(w http.ResponseWriter, r *http.Request) error {
	current := gangplank.From(r).Session()
	visits := session.Get[int](current, "visits") + 1
	current.Set("visits", visits)
	page := Page{Visits: visits}
	for number := 1; number <= session.Get[int](current, "notes"); number++ {
		page.Notes = append(page.Notes, Note{number, session.Get[string](current, noteKey(number))})
	}
	for _, f := range current.Flashes() {
		page.Flashes = append(page.Flashes, f.Message)
	}
	return s.show(w, r, "home", &page)
}

func (s site) note(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.Atoi(r.PathValue("number"))
	text, ok := session.Lookup[string](gangplank.From(r).Session(), noteKey(number))
	if err != nil || !ok {
		return gangplank.Error(http.StatusNotFound, "There is no such note.")
	}
	return s.show(w, r, "note", &Page{Notes: []Note{{number, text}}})
}

func (s site) add(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	text := r.PostFormValue("text")
	if text == "" {
		return gangplank.Error(http.StatusUnprocessableEntity, "A note has 1 to 4000 bytes.")
	}
	current := gangplank.From(r).Session()
	number := session.Get[int](current, "notes") + 1
	current.Set("notes", number)
	current.Set(noteKey(number), text)
	current.Flash("Noted.")
	gangplank.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// show writes a page when the whole of it is there.
func (s site) show(w http.ResponseWriter, r *http.Request, name string, page *Page) error {
	c := gangplank.From(r)
	page.Root, page.User = c.MountPoint(), c.User().Name
	var out bytes.Buffer
	if err := s.renderer.Render(&out, name, page); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err := w.Write(out.Bytes())
	return err
}
