package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Begin logs id in: the session gets a new id, so that nobody who knew the old one
// is logged in too (session fixation), and what another user has left in it is
// removed. What an anonymous visitor has collected stays.
func (l *Login) Begin(r *http.Request, id gangplank.Identity) error { return l.begin(r, id, "") }

// BeginAccount is Begin for somebody who has just proved, or chosen, the account's
// password, as after signing up. LoginConfig.Accounts then tell with every request
// what roles the account has, and whether the password is still that one.
func (l *Login) BeginAccount(r *http.Request, account Account) error {
	id := gangplank.Identity{Name: account.Name, Roles: account.Roles, Method: "form"}
	return l.begin(r, id, markOf(account.Hash))
}

func (l *Login) begin(r *http.Request, id gangplank.Identity, mark string) error {
	if id.Anonymous() || id.Name == "" {
		return errors.New("auth: nobody is to be logged in")
	}
	settings.Default(&id.At, time.Now())
	text, err := json.Marshal(loggedIn{id.Name, id.Method, id.At.Unix(), id.Roles, id.Claims, mark})
	if err != nil {
		return fmt.Errorf("auth: the claims of %q: %w", id.Name, err)
	}
	c := gangplank.From(r)
	session := c.Session()
	clearOfOthers(session, id.Name)
	session.Renew()
	session.Set(sessionKey, string(text))
	if s, ok := session.(interface{ Bind(user string) }); ok {
		s.Bind(id.Name)
	}
	c.SetUser(id)
	return nil
}

// clearOfOthers begins a new session if somebody else has logged in to this one.
func clearOfOthers(session gangplank.Session, name string) {
	var before loggedIn
	text, _ := session.Get(sessionKey).(string)
	if text == "" || json.Unmarshal([]byte(text), &before) == nil && before.Name == name {
		return
	}
	session.Destroy()
}

// End logs out: the session ends, here and in its store.
func (l *Login) End(r *http.Request) {
	c := gangplank.From(r)
	c.Session().Destroy()
	c.SetUser(gangplank.Identity{})
}

// ErrNoEndAll is returned by [Login.EndAll] and [Login.EndOne] where the session
// is of a kind that knows of no other session of its user. Those of package
// session have the methods that are asked for; where their store cannot do it,
// their own error says so.
var ErrNoEndAll = errors.New("auth: these sessions know of no others of their user")

// EndAll logs a user out everywhere: the user of this session, or another.
func (l *Login) EndAll(r *http.Request, user string) error {
	session, ok := gangplank.From(r).Session().(interface {
		EndAll(ctx context.Context, user string) error
	})
	if !ok {
		return ErrNoEndAll
	}
	return session.EndAll(r.Context(), user)
}

// EndOne ends one session of a user, by the id that session.Session's List gives
// it, and reports whether there was one.
func (l *Login) EndOne(r *http.Request, user, id string) (found bool, err error) {
	c := gangplank.From(r)
	session, ok := c.Session().(interface {
		ID() string
		EndOne(ctx context.Context, user, id string) (bool, error)
	})
	if !ok {
		return false, ErrNoEndAll
	}
	this := session.ID() == id
	found, err = session.EndOne(r.Context(), user, id)
	if found && this {
		c.SetUser(gangplank.Identity{})
	}
	return found, err
}

// LogOut is the handler of a form, or a button, that logs out. With a field
// "everywhere" all sessions of the user end. With a field "session" the one ends
// that session.Session's List calls so, and the way leads on to the field "next",
// if the user is still logged in here. It takes POST only: a log-out by GET could
// be put into any page as an image.
func (l *Login) LogOut(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		gangplank.Fail(w, r, gangplank.Error(http.StatusMethodNotAllowed, "").With("Allow", http.MethodPost))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	here, err := l.endOthers(r, gangplank.From(r).User().Name)
	if err != nil {
		gangplank.Fail(w, r, err)
		return
	}
	if !here {
		l.Return(w, r, r.PostFormValue("next"))
		return
	}
	l.End(r)
	// What pages the browser has kept would still be there behind the back button.
	w.Header().Set("Clear-Site-Data", `"cache"`)
	l.Return(w, r, "")
}

// endOthers ends what the form of LogOut says besides this session, and whether
// this one is to end as well.
func (l *Login) endOthers(r *http.Request, user string) (here bool, err error) {
	one := r.PostFormValue("session")
	switch {
	case user == "":
	case r.PostFormValue("everywhere") != "":
		if err := l.EndAll(r, user); err != nil {
			return false, gangplank.Error(http.StatusServiceUnavailable, "You could not be logged out everywhere.").Because(err)
		}
	case one != "":
		if _, err := l.EndOne(r, user, one); err != nil {
			return false, gangplank.Error(http.StatusServiceUnavailable, "That session could not be ended.").Because(err)
		}
		return gangplank.From(r).User().Anonymous(), nil
	}
	return true, nil
}
