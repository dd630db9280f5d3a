package control

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
	"github.com/gangplank-web/gangplank/middleware/auth"
	"github.com/gangplank-web/gangplank/middleware/form"
)

// accounts shows the storage's accounts to package auth.
type accounts struct{ model.Storage }

// Account implements auth.Accounts.
func (a accounts) Account(ctx context.Context, name string) (auth.Account, error) {
	account, err := a.Storage.Account(ctx, name)
	if errors.Is(err, model.ErrNotFound) {
		return auth.Account{}, nil
	}
	return auth.Account{Name: account.Name, Hash: account.Hash, Roles: account.Roles}, err
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

func (s *Site) rights(r *http.Request) view.Rights {
	id := gangplank.From(r).User()
	return view.Rights{Edit: has(id, model.Editor), Admin: has(id, model.Admin), SignUp: s.signUp}
}

func byUser(r *http.Request) string { return gangplank.From(r).User().Name }

func (s *Site) loginPage(w http.ResponseWriter, r *http.Request, page *auth.FormPage) error {
	return s.views.Page(w, r, page.Status, "login", view.Page{Title: page.Title, Body: page})
}

// newcomer is the form for an account.
type newcomer struct {
	Name     string `form:"name,required"`
	Password string `form:"password,required,secret"`
}

// Validate implements what form.Decode asks for.
func (n *newcomer) Validate() error {
	var errs form.Errors
	n.Name = strings.TrimSpace(n.Name)
	if utf8.RuneCountInString(n.Name) > 40 || strings.ContainsFunc(n.Name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" .-_", r)
	}) {
		errs.Add("name", "A name has up to 40 letters, digits, spaces and . - _")
	}
	if n := utf8.RuneCountInString(n.Password); n < 10 || n > 200 {
		errs.Add("password", "A password has between 10 and 200 characters.")
	}
	return errs.Err()
}

type signUpBody struct {
	Name  string
	First bool
	Wrong struct{ Name, Password string } // what is wrong with them
}

func (s *Site) signUpPage(w http.ResponseWriter, r *http.Request) error {
	return s.showSignUp(w, r, http.StatusOK, signUpBody{})
}

func (s *Site) showSignUp(w http.ResponseWriter, r *http.Request, status int, body signUpBody) error {
	first, err := s.open(r)
	if err != nil {
		return err
	}
	body.First = first
	return s.views.Page(w, r, status, "signup", view.Page{Title: "A new account", Body: body})
}

// open says whether somebody may sign up, and is the first one.
func (s *Site) open(r *http.Request) (first bool, err error) {
	all, err := s.wiki.Accounts(r.Context())
	if err == nil && len(all) > 0 && !s.signUp {
		err = gangplank.Error(http.StatusForbidden, "Accounts are made by the admin of this wiki.")
	}
	return len(all) == 0, err
}

// makeAccount makes an account and logs its owner in. The first is an admin's.
func (s *Site) makeAccount(w http.ResponseWriter, r *http.Request) error {
	first, err := s.open(r)
	if err != nil {
		return err
	}
	var n newcomer
	if err := form.Decode(r, &n, form.Limits{Body: 16 << 10}); err != nil {
		return s.refuseNewcomer(w, r, n, err)
	}
	hash, err := s.hasher.Hash(r.Context(), n.Password)
	if err != nil {
		return err
	}
	role := model.Editor
	if first {
		role = model.Admin
	}
	account := model.Account{Name: n.Name, Hash: hash, Roles: []string{role}, Created: time.Now().UTC()}
	if err := s.wiki.SaveAccount(r.Context(), account, true); errors.Is(err, model.ErrConflict) {
		var errs form.Errors
		errs.Add("name", "Somebody has that name already.")
		return s.refuseNewcomer(w, r, n, errs)
	} else if err != nil {
		return err
	}
	if err := s.login.BeginAccount(r, auth.Account{Name: account.Name, Hash: account.Hash, Roles: account.Roles}); err != nil {
		return err
	}
	gangplank.From(r).Session().Flash("Welcome, " + n.Name + ".")
	gangplank.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

func (s *Site) refuseNewcomer(w http.ResponseWriter, r *http.Request, n newcomer, err error) error {
	var wrong form.Errors
	if !errors.As(err, &wrong) {
		return err
	}
	body := signUpBody{Name: n.Name}
	body.Wrong.Name, body.Wrong.Password = wrong.Get("name"), wrong.Get("password")
	return s.showSignUp(w, r, http.StatusUnprocessableEntity, body)
}
