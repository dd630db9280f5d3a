package auth

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank"
)

// Rule says whether somebody may. nil permits. An error refuses with 403, and is
// the private cause; one that is [ErrLogIn] asks to log in (again).
type Rule func(r *http.Request, id gangplank.Identity) error

// ErrLogIn is for a [Rule]: a user who has proved something else, or too long ago,
// is asked to log in.
var ErrLogIn = errors.New("auth: another log-in is needed")

// Require lets those users pass whom all rules permit; without rules, all who are
// known.
//
// Nobody in particular is asked to log in: a browser that wants a page is sent
// to the login page, if a method of [Identify] has one, and from there back;
// everybody else gets 401, with the methods' challenges, and a body in the form
// that the error page finds acceptable. A user who is known but not permitted gets
// 403.
//
// What is shown to one user must not reach another from a cache: unless the
// handler says something else, Cache-Control is "private, no-cache".
func Require(rules ...Rule) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			if err := permit(r, c.User(), rules); err != nil {
				deny(w, r, err)
				return
			}
			if h := w.Header(); h["Cache-Control"] == nil {
				h.Set("Cache-Control", "private, no-cache")
			}
			next.ServeHTTP(w, r)
		})
	}
}

func permit(r *http.Request, id gangplank.Identity, rules []Rule) error {
	if id.Anonymous() {
		return ErrLogIn
	}
	for _, rule := range rules {
		if err := rule(r, id); err != nil {
			return err
		}
	}
	return nil
}

func isLogIn(err error) bool { return errors.Is(err, ErrLogIn) }

// deny answers a user who may not pass, with the error for it.
func deny(w http.ResponseWriter, r *http.Request, err error) {
	if !isLogIn(err) {
		refuse(w, r, forbidden.Because(err))
		return
	}
	if page := asked.Get(r).loginPage(); page != nil && isNavigation(r) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Add("Vary", "Accept, Sec-Fetch-Mode")
		http.Redirect(w, r, page.LoginURL(r), http.StatusSeeOther)
		return
	}
	refuse(w, r, unauthorized.Because(err))
}

var forbidden = gangplank.Error(http.StatusForbidden, "You may not do this.")

// isNavigation reports whether a person's browser wants to show the answer as a
// page, and can ask for it again: not a script, not a form whose contents a
// redirect would lose.
func isNavigation(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" {
		return mode == "navigate"
	}
	return strings.Contains(strings.ToLower(r.Header.Get("Accept")), "text/html") && r.Header.Get("X-Requested-With") == ""
}

// Role permits anybody who has one of the roles.
func Role(roles ...string) Rule {
	if len(roles) == 0 {
		panic("auth: Role: no role is named")
	}
	return func(_ *http.Request, id gangplank.Identity) error {
		for _, role := range roles {
			if id.HasRole(role) {
				return nil
			}
		}
		return fmt.Errorf("auth: %q has none of the roles %q", id.Name, roles)
	}
}

// Within permits users who have logged in no longer than d ago, and asks others to
// log in again: for what should not happen on a computer that somebody left.
func Within(d time.Duration) Rule {
	return func(_ *http.Request, id gangplank.Identity) error {
		if !within(id.At, d) {
			return ErrLogIn
		}
		return nil
	}
}

// ahead is how far another machine's clock may be.
const ahead = time.Minute

// within reports whether at is no longer than d ago. A time to come, as a token may
// have one, would be so until then, and for d after it.
func within(at time.Time, d time.Duration) bool {
	age := time.Since(at)
	return age <= d && age >= -ahead
}

// By permits users who have proved who they are by one of the methods, such as
// "form", and asks others to log in.
func By(methods ...string) Rule {
	return func(_ *http.Request, id gangplank.Identity) error {
		for _, m := range methods {
			if id.Method == m {
				return nil
			}
		}
		return ErrLogIn
	}
}
