package control

import (
	"errors"
	"net/http"
	"slices"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/form"
)

type accountRow struct{ model.Account }

// Is reports whether the role is the account's.
func (a accountRow) Is(role string) bool { return slices.Contains(a.Roles, role) }

type adminBody struct {
	Accounts []accountRow
	Roles    []string
	Sessions []sessionRow
	Records  bool // whether errors are recorded
	Errors   []*errorpage.Record
}

func (s *Site) admin(w http.ResponseWriter, r *http.Request) error {
	all, err := s.wiki.Accounts(r.Context())
	if err != nil {
		return err
	}
	body := adminBody{Roles: ranks, Records: s.records != nil}
	for _, a := range all {
		body.Accounts = append(body.Accounts, accountRow{a})
	}
	if body.Sessions, err = sessionsOf(r, all); err != nil {
		return err
	}
	if s.records != nil {
		if body.Errors, err = s.records.List(); err != nil {
			return err
		}
		body.Errors = body.Errors[:min(20, len(body.Errors))]
	}
	return s.views.Page(w, r, http.StatusOK, "admin", view.Page{Title: "Admin", Body: body})
}

var noRole = gangplank.Error(http.StatusUnprocessableEntity, "There is no such role.")

// setRole gives an account a role.
func (s *Site) setRole(w http.ResponseWriter, r *http.Request) error {
	name, role := r.PathValue("name"), r.PostFormValue("role")
	account, err := s.wiki.Account(r.Context(), name)
	switch {
	case err != nil:
		return noPage(err)
	case !slices.Contains(ranks, role):
		return noRole
	case name == byUser(r) && role != model.Admin:
		return toAdmin(w, r, "You would lock yourself out: another admin has to do that.", "error")
	}
	account.Roles = []string{role}
	if err := s.wiki.SaveAccount(r.Context(), account, false); err != nil {
		return err
	}
	return toAdmin(w, r, name+" is "+role+" now.")
}

// setPassword gives an account a new password, for somebody who has forgotten it.
func (s *Site) setPassword(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	_, err := s.changePassword(r, name, "password", r.PostFormValue("password"))
	var wrong form.Errors
	switch {
	case errors.As(err, &wrong):
		return toAdmin(w, r, wrong.Get("password"), "error")
	case err != nil:
		return err
	}
	return toAdmin(w, r, name+" has a new password, and is logged out everywhere.")
}

func toAdmin(w http.ResponseWriter, r *http.Request, message string, kind ...string) error {
	gangplank.From(r).Session().Flash(message, kind...)
	http.Redirect(w, r, gangplank.URL(r, "admin"), http.StatusSeeOther)
	return nil
}

func (s *Site) lock(w http.ResponseWriter, r *http.Request) error {
	title, role := r.PathValue("title"), r.PostFormValue("role")
	if role != "" && !slices.Contains(ranks, role) {
		return noRole
	}
	if err := s.wiki.Lock(r.Context(), title, role); err != nil {
		return err
	}
	message := "All editors may change the page."
	if role != "" {
		message = "Only who has the role " + role + " may change the page."
	}
	return s.toRoute(w, r, "about", title, message)
}

func (s *Site) remove(w http.ResponseWriter, r *http.Request) error {
	title := r.PathValue("title")
	if err := s.wiki.Delete(r.Context(), title, byUser(r), r.PostFormValue("comment")); err != nil {
		return public(err)
	}
	return s.toRoute(w, r, "page", title, "The page is deleted; its history is kept.")
}
