package control

import (
	"net/http"
	"slices"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

type accountRow struct{ model.Account }

// Is reports whether the role is the account's.
func (a accountRow) Is(role string) bool { return slices.Contains(a.Roles, role) }

type adminBody struct {
	Accounts []accountRow
	Roles    []string
	Errors   []*errorpage.Record
}

func (s *Site) admin(w http.ResponseWriter, r *http.Request) error {
	all, err := s.wiki.Accounts(r.Context())
	if err != nil {
		return err
	}
	body := adminBody{Roles: ranks}
	for _, a := range all {
		body.Accounts = append(body.Accounts, accountRow{a})
	}
	if s.records != nil {
		if body.Errors, err = s.records.List(); err != nil {
			return err
		}
		body.Errors = body.Errors[:min(20, len(body.Errors))]
	}
	return s.views.Page(w, r, http.StatusOK, "admin", view.Page{Title: "Admin", Body: body})
}

// setRole gives an account a role, or ends its sessions.
func (s *Site) setRole(w http.ResponseWriter, r *http.Request) error {
	name, role := r.PathValue("name"), r.PostFormValue("role")
	account, err := s.wiki.Account(r.Context(), name)
	if err != nil {
		return noPage(err)
	}
	sess := gangplank.From(r).Session()
	switch {
	case r.PostFormValue("do") == "end":
		if err := s.login.EndAll(r, name); err != nil {
			return err
		}
		sess.Flash(name + " is logged out everywhere.")
	case !slices.Contains(ranks, role):
		return gangplank.Error(http.StatusUnprocessableEntity, "There is no such role.")
	case name == byUser(r) && role != model.Admin:
		sess.Flash("You would lock yourself out: another admin has to do that.", "error")
	default:
		account.Roles = []string{role}
		if err := s.wiki.SaveAccount(r.Context(), account, false); err != nil {
			return err
		}
		sess.Flash(name + " is " + role + " now.")
	}
	http.Redirect(w, r, gangplank.URL(r, "admin"), http.StatusSeeOther)
	return nil
}

func (s *Site) lock(w http.ResponseWriter, r *http.Request) error {
	title, role := r.PathValue("title"), r.PostFormValue("role")
	if role != "" && !slices.Contains(ranks, role) {
		return gangplank.Error(http.StatusUnprocessableEntity, "There is no such role.")
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
