package control

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

// accounts shows the storage's accounts to package auth.
type accounts struct{ model.Storage }

// Account implements auth.Accounts.
func (a accounts) Account(ctx context.Context, name string) (auth.Account, error) {
	account, err := a.Storage.Account(ctx, name)
	if errors.Is(err, model.ErrNotFound) {
		return auth.Account{}, nil
	}
	return known(account), err
}

// ranks has the roles in order: each includes those before it.
var ranks = []string{model.Reader, model.Editor, model.Admin}

func has(id gangplank.Identity, role string) bool {
	return slices.ContainsFunc(ranks[slices.Index(ranks, role):], id.HasRole)
}

func atLeast(role string) auth.Rule {
	return func(_ *http.Request, id gangplank.Identity) error {
		switch {
		case id.Anonymous():
			return auth.ErrLogIn
		case !has(id, role):
			return errors.New("wiki: needs the role " + role)
		}
		return nil
	}
}

// rights implements view.Views.Rights. No page is locked for an admin.
func (s *Site) rights(r *http.Request, title string) (view.Rights, error) {
	id := gangplank.From(r).User()
	may := view.Rights{Edit: has(id, model.Editor), Admin: has(id, model.Admin)}
	if title == "" || !may.Edit || may.Admin {
		return may, nil
	}
	lock, err := s.wiki.LockOf(r.Context(), title)
	may.Edit = lock == "" || has(id, lock)
	return may, err
}

func byUser(r *http.Request) string { return gangplank.From(r).User().Name }

type loginBody struct {
	*auth.FormPage
	SignUp bool // whether visitors may make an account
}

func (s *Site) loginPage(w http.ResponseWriter, r *http.Request, page *auth.FormPage) error {
	_, closed := s.open(r)
	return s.views.Page(w, r, page.Status, "login", view.Page{Title: page.Title, Body: loginBody{page, closed == nil}})
}
