package control

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
	"github.com/gangplank-web/gangplank/middleware/form"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// draft is what somebody has written and not yet saved.
type draft struct {
	Base    int    `form:"base" json:"base"` // the revision that it changes
	Text    string `form:"text" json:"text"`
	Comment string `form:"comment" json:"comment"`
	Do      string `form:"do" json:"-"` // save, preview, draft or drop
	At      int64  `json:"at"`
}

type editBody struct {
	New           bool
	Base          int
	Text, Comment string
	Problem       string
	Preview       view.HTML
	Draft         *time.Time
	Theirs        *model.Revision
	Diff          []model.Hunk
}

func (s *Site) edit(w http.ResponseWriter, r *http.Request) error {
	title := r.PathValue("title")
	if err := s.unlocked(r, title); err != nil {
		return err
	}
	page, err := s.wiki.Page(r.Context(), title)
	if err != nil && !errors.Is(err, model.ErrNotFound) {
		return err
	}
	body := editBody{New: page.Number == 0, Base: page.Number, Text: page.Text}
	if text := session.Get[string](gangplank.From(r).Session(), draftKey(title)); text != "" {
		d := decodeDraft(text)
		at := time.Unix(d.At, 0)
		body.Base, body.Text, body.Comment, body.Draft = d.Base, d.Text, d.Comment, &at
	}
	return s.showEditor(w, r, http.StatusOK, title, body)
}

func (s *Site) showEditor(w http.ResponseWriter, r *http.Request, status int, title string, body editBody) error {
	return s.views.Page(w, r, status, "edit", view.Page{Title: "Edit " + title, Here: title, Tab: "edit", Body: body})
}

// unlocked refuses users who may not edit a page that an admin has locked.
func (s *Site) unlocked(r *http.Request, title string) error {
	role, err := s.wiki.LockOf(r.Context(), title)
	if err == nil && role != "" && !has(gangplank.From(r).User(), role) {
		err = gangplank.Error(http.StatusForbidden, "This page is locked: only who has the role "+role+" may change it.")
	}
	return err
}

// mayEdit refuses with words for the editor: a session may have ended while
// somebody wrote.
func (s *Site) mayEdit(r *http.Request, title string) error {
	switch id := gangplank.From(r).User(); {
	case id.Anonymous():
		return gangplank.Error(http.StatusUnauthorized, "You are not logged in any more. Log in in another tab, then save again: your text is here.")
	case !has(id, model.Editor):
		return gangplank.Error(http.StatusForbidden, "You may read this wiki, and not change it.")
	}
	return s.unlocked(r, title)
}

// save does what the editor's button says. Whatever goes wrong, what was typed
// is in the form again.
func (s *Site) save(w http.ResponseWriter, r *http.Request) error {
	title := r.PathValue("title")
	var d draft
	if err := form.Decode(r, &d, form.Limits{Body: 32 << 20, Text: 32 << 20}); err != nil {
		return err
	}
	d.Text = model.CleanText(d.Text) // or every line would differ from theirs in a conflict
	if err := s.mayEdit(r, title); err != nil {
		return s.refuse(w, r, title, d, err)
	}
	switch d.Do {
	case "drop":
		gangplank.From(r).Session().Delete(draftKey(title))
		return s.toRoute(w, r, "edit", title, "The draft is gone.")
	case "draft":
		return s.keepDraft(w, r, title, d)
	case "preview":
		html, err := s.html(r, title, d.Text)
		if err != nil {
			return err
		}
		return s.showEditor(w, r, http.StatusOK, title, editBody{New: d.Base == 0, Base: d.Base, Text: d.Text, Comment: d.Comment, Preview: html})
	}
	_, err := s.wiki.Edit(r.Context(), model.Revision{Title: title, Text: d.Text, Comment: d.Comment, Author: byUser(r)}, d.Base)
	if err != nil {
		return s.refuse(w, r, title, d, err)
	}
	gangplank.From(r).Session().Delete(draftKey(title))
	return s.toRoute(w, r, "page", title, "Saved.")
}

// refuse shows the editor again, with what was typed and why it was not stored.
func (s *Site) refuse(w http.ResponseWriter, r *http.Request, title string, d draft, err error) error {
	body := editBody{New: d.Base == 0, Base: d.Base, Text: d.Text, Comment: d.Comment}
	var conflict *model.Conflict
	var invalid *model.Invalid
	switch {
	case errors.As(err, &conflict):
		body.Theirs, body.Base = &conflict.Theirs, conflict.Theirs.Number
		if body.Diff, err = model.Diff(conflict.Theirs.Text, d.Text); err != nil {
			return err
		}
		return s.showEditor(w, r, http.StatusConflict, title, body)
	case errors.As(err, &invalid):
		body.Problem = invalid.Reason
		return s.showEditor(w, r, http.StatusUnprocessableEntity, title, body)
	case gangplank.StatusOf(err) < 500:
		body.Problem = gangplank.PublicText(err)
		return s.showEditor(w, r, gangplank.StatusOf(err), title, body)
	}
	return err
}

func (s *Site) keepDraft(w http.ResponseWriter, r *http.Request, title string, d draft) error {
	if len(d.Text) > maxDraft {
		return s.refuse(w, r, title, d, &model.Invalid{Reason: "A draft may have 64 kB. Save the page instead."})
	}
	if kept := drafts(r); len(kept) >= maxDrafts && !slices.Contains(kept, title) {
		return s.refuse(w, r, title, d, &model.Invalid{Reason: "You have 8 drafts already, at other pages: your name above leads to them. Save the page instead."})
	}
	d.At = time.Now().Unix()
	gangplank.From(r).Session().Set(draftKey(title), encodeDraft(d))
	return s.toRoute(w, r, "edit", title, "Your draft is kept while you are logged in here.")
}

// toRoute leads to a page's route, with a message.
func (s *Site) toRoute(w http.ResponseWriter, r *http.Request, route, title, message string) error {
	target, err := gangplank.URLFor(r, route, "title", title)
	if err != nil {
		return err
	}
	gangplank.From(r).Session().Flash(message)
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}

func (s *Site) revert(w http.ResponseWriter, r *http.Request) error {
	title := r.PathValue("title")
	number, err := strconv.Atoi(r.PostFormValue("number"))
	if err != nil {
		return noPage(model.ErrNotFound)
	}
	if err := s.unlocked(r, title); err != nil {
		return err
	}
	if _, err := s.wiki.Revert(r.Context(), title, number, byUser(r)); err != nil {
		return public(err)
	}
	return s.toRoute(w, r, "page", title, "Revision "+strconv.Itoa(number)+" is the page again.")
}

func (s *Site) rename(w http.ResponseWriter, r *http.Request) error {
	title, to := r.PathValue("title"), model.CleanTitle(r.PostFormValue("to"))
	if err := s.unlocked(r, title); err != nil {
		return err
	}
	if err := s.wiki.Rename(r.Context(), title, to, byUser(r)); err != nil {
		return public(err)
	}
	return s.toRoute(w, r, "page", to, "The page has a new title.")
}

// public gives the model's errors a status and words for everybody.
func public(err error) error {
	var invalid *model.Invalid
	switch {
	case errors.As(err, &invalid):
		return gangplank.Error(http.StatusUnprocessableEntity, invalid.Reason).Because(err)
	case errors.Is(err, model.ErrConflict):
		return gangplank.Error(http.StatusConflict, "Somebody else was quicker. Look at the page, and try again.").Because(err)
	}
	return noPage(err)
}
