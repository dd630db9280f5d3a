package control

import (
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

// newcomer is the form for an account.
type newcomer struct {
	Name     string `form:"name,required"`
	Password string `form:"password,required,secret"`
	Role     string `form:"role"` // counts if an admin says so
}

// Validate implements what form.Decode asks for.
func (n *newcomer) Validate() error {
	var errs form.Errors
	n.Name = strings.TrimSpace(n.Name)
	if utf8.RuneCountInString(n.Name) > 40 || strings.ContainsFunc(n.Name, notInName) || !strings.ContainsFunc(n.Name, unicode.IsLetter) {
		errs.Add("name", "A name has up to 40 letters, digits, spaces and . - _, a letter at least.")
	}
	checkPassword(&errs, "password", n.Password)
	return errs.Err()
}

func notInName(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" .-_", r)
}

func checkPassword(errs *form.Errors, field, password string) {
	if n := utf8.RuneCountInString(password); n < 10 || n > 200 {
		errs.Add(field, "A password has between 10 and 200 characters.")
	}
}

// signUpBody is a form for an account; with Roles, an admin's for somebody else.
type signUpBody struct {
	Action     string
	Name, Role string
	Roles      []string
	First      bool
	Wrong      struct{ Name, Password string } // what is wrong with them
}

func (s *Site) signUpPage(w http.ResponseWriter, r *http.Request) error {
	first, err := s.open(r)
	if err != nil {
		return err
	}
	return s.showSignUp(w, r, http.StatusOK, signUpBody{Action: gangplank.URL(r, "signup"), First: first})
}

func (s *Site) showSignUp(w http.ResponseWriter, r *http.Request, status int, body signUpBody) error {
	return s.views.Page(w, r, status, "signup", view.Page{Title: "A new account", Body: body})
}

// open says whether somebody may sign up, and is the first one: that one may on
// every wiki.
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
	role := model.Editor
	if first {
		role = model.Admin
	}
	n := newcomer{}
	account, err := s.newAccount(r, &n, &role)
	if err != nil {
		return s.refuseNewcomer(w, r, signUpBody{Action: gangplank.URL(r, "signup"), Name: n.Name, First: first}, err)
	}
	if err := s.login.BeginAccount(r, known(account)); err != nil {
		return err
	}
	gangplank.From(r).Session().Flash("Welcome, " + account.Name + ".")
	gangplank.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// newMemberPage is the form by which an admin makes an account for somebody.
func (s *Site) newMemberPage(w http.ResponseWriter, r *http.Request) error {
	return s.showSignUp(w, r, http.StatusOK, signUpBody{Action: gangplank.URL(r, "new-member"), Roles: ranks, Role: model.Editor})
}

func (s *Site) newMember(w http.ResponseWriter, r *http.Request) error {
	n := newcomer{}
	account, err := s.newAccount(r, &n, &n.Role)
	if err != nil {
		return s.refuseNewcomer(w, r, signUpBody{Action: gangplank.URL(r, "new-member"), Name: n.Name, Roles: ranks, Role: n.Role}, err)
	}
	return toAdmin(w, r, account.Name+" has an account now, as "+account.Roles[0]+".")
}

// newAccount reads the request's form into n and stores that account. The role may
// be the one in the form.
func (s *Site) newAccount(r *http.Request, n *newcomer, role *string) (a model.Account, err error) {
	if err := form.Decode(r, n, form.Limits{Body: 16 << 10}); err != nil {
		return a, err
	}
	a = model.Account{Name: n.Name, Roles: []string{*role}, Created: time.Now().UTC()}
	if !slices.Contains(ranks, a.Roles[0]) {
		return a, noRole
	}
	if a.Hash, err = s.hasher.Hash(r.Context(), n.Password); err != nil {
		return a, err
	}
	err = s.wiki.SaveAccount(r.Context(), a, true)
	if errors.Is(err, model.ErrConflict) {
		var errs form.Errors
		errs.Add("name", "Somebody has that name already.")
		return a, errs
	}
	return a, err
}

// known is the account as package auth knows it.
func known(a model.Account) auth.Account {
	return auth.Account{Name: a.Name, Hash: a.Hash, Roles: a.Roles}
}

func (s *Site) refuseNewcomer(w http.ResponseWriter, r *http.Request, body signUpBody, err error) error {
	var wrong form.Errors
	if !errors.As(err, &wrong) {
		return err
	}
	body.Wrong.Name, body.Wrong.Password = wrong.Get("name"), wrong.Get("password")
	return s.showSignUp(w, r, http.StatusUnprocessableEntity, body)
}
