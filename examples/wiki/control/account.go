package control

import (
	"errors"
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
	"github.com/gangplank-web/gangplank/middleware/auth"
	"github.com/gangplank-web/gangplank/middleware/form"
)

type accountBody struct {
	Drafts   []link
	Sessions []sessionRow
	Wrong    struct{ Old, New string } // what is wrong with the passwords
}

// account is a user's own page: drafts, sessions, password.
func (s *Site) account(w http.ResponseWriter, r *http.Request) error {
	return s.showAccount(w, r, http.StatusOK, accountBody{})
}

func (s *Site) showAccount(w http.ResponseWriter, r *http.Request, status int, body accountBody) (err error) {
	if body.Sessions, err = sessionsOf(r, []model.Account{{Name: byUser(r)}}); err != nil {
		return err
	}
	for _, title := range drafts(r) {
		if u, err := gangplank.URLFor(r, "edit", "title", title); err == nil {
			body.Drafts = append(body.Drafts, link{title, u})
		}
	}
	return s.views.Page(w, r, status, "account", view.Page{Title: byUser(r), Body: body})
}

// ownPassword changes the user's password for somebody who knows the old one.
func (s *Site) ownPassword(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Old string `form:"old,required,secret"`
		New string `form:"new,required,secret"`
	}
	err := form.Decode(r, &in, form.Limits{Body: 16 << 10})
	if err == nil {
		err = s.changeOwn(r, in.Old, in.New)
	}
	var wrong form.Errors
	switch {
	case errors.As(err, &wrong):
		var body accountBody
		body.Wrong.Old, body.Wrong.New = wrong.Get("old"), wrong.Get("new")
		return s.showAccount(w, r, http.StatusUnprocessableEntity, body)
	case err != nil:
		return err
	}
	gangplank.From(r).Session().Flash("You have a new password, and are logged out everywhere else.")
	http.Redirect(w, r, gangplank.URL(r, "account"), http.StatusSeeOther)
	return nil
}

func (s *Site) changeOwn(r *http.Request, old, new string) error {
	var wrong form.Errors
	if _, err := s.passwords.Check(r, byUser(r), old); errors.Is(err, auth.ErrWrongPassword) {
		wrong.Add("old", "That is not your password.")
		return wrong
	} else if err != nil {
		return err
	}
	account, err := s.changePassword(r, byUser(r), "new", new)
	if err != nil {
		return err
	}
	return s.login.BeginAccount(r, known(account))
}

// changePassword stores a password. Sessions that began with another end.
func (s *Site) changePassword(r *http.Request, name, field, password string) (a model.Account, err error) {
	var wrong form.Errors
	checkPassword(&wrong, field, password)
	if err := wrong.Err(); err != nil {
		return a, err
	}
	if a, err = s.wiki.Account(r.Context(), name); err != nil {
		return a, noPage(err)
	}
	if a.Hash, err = s.hasher.Hash(r.Context(), password); err != nil {
		return a, err
	}
	return a, s.wiki.SaveAccount(r.Context(), a, false)
}
