package auth

import (
	"context"
	"errors"
	"net/http"

	"github.com/gangplank-web/gangplank"
)

// Method is one way of proving who sends a request.
type Method interface {
	// Identify returns who sends r. The zero Identity says that r has nothing
	// of this method. An error says that what it has is wrong: the request is
	// then refused, with the status of a [gangplank.HTTPError], else 401.
	Identify(r *http.Request) (gangplank.Identity, error)

	// Challenge returns a value for WWW-Authenticate (RFC 9110, section 11.6.1),
	// or "".
	Challenge(r *http.Request) string
}

// A Method that has a page on which a person can log in is also a loginPage.
type loginPage interface {
	// LoginURL returns the address of that page, from which the way leads back
	// to what r has asked for.
	LoginURL(r *http.Request) string
}

// Identify is the middleware that asks each method in turn who sends the
// request; the first that knows decides. A request of nobody passes, with the
// zero Identity: [Require] refuses it where that matters. A request with wrong
// credentials is refused here, since whoever sent them expects to be known.
//
// Whom somebody outside has identified already, such as an adapter told to trust
// the front server, stays that.
func Identify(methods ...Method) gangplank.Middleware {
	for _, m := range methods {
		if m == nil {
			panic("auth: Identify: a method is nil")
		}
	}
	ask := &methodList{methods}
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			asked.Set(r, ask)
			if c.User().Anonymous() {
				id, err := ask.identify(r)
				if err != nil {
					refuse(w, r, err)
					return
				}
				if !id.Anonymous() {
					c.SetUser(id)
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// asked tells Require how the user could have proved something.
var asked = gangplank.NewSlot[*methodList]("auth.methods")

type methodList struct{ methods []Method }

func (l *methodList) identify(r *http.Request) (gangplank.Identity, error) {
	for _, m := range l.methods {
		id, err := m.Identify(r)
		if err != nil || !id.Anonymous() {
			return id, err
		}
	}
	return gangplank.Identity{}, nil
}

// challenges returns the values of WWW-Authenticate. Where there is a page to log
// in on, a script in it is not answered with a challenge for Basic: the browser
// would ask the user with a window of its own.
func (l *methodList) challenges(r *http.Request) (values []string) {
	if l == nil {
		return nil
	}
	quiet := l.loginPage() != nil && r.Header.Get("Sec-Fetch-Mode") != ""
	for _, m := range l.methods {
		if _, basic := m.(*Basic); basic && quiet {
			continue
		}
		if value := m.Challenge(r); value != "" {
			values = append(values, value)
		}
	}
	return values
}

func (l *methodList) loginPage() loginPage {
	if l == nil {
		return nil
	}
	for _, m := range l.methods {
		if page, ok := m.(loginPage); ok {
			return page
		}
	}
	return nil
}

// refuse answers with err. A 401 must say how to do better (RFC 9110, section
// 15.5.2).
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	var refusal *gangplank.HTTPError
	if cause := context.Cause(r.Context()); cause != nil && errors.Is(err, cause) { // nobody knows whether it was wrong
		gangplank.Fail(w, r, err)
		return
	}
	if !errors.As(err, &refusal) {
		var coded interface{ HTTPStatus() int }
		if errors.As(err, &coded) { // a store that is down, say: not the user's fault
			gangplank.Fail(w, r, err)
			return
		}
		refusal = unauthorized.Because(err)
	}
	refusal = refusal.With("Cache-Control", "no-store")
	if refusal.Status == http.StatusUnauthorized && refusal.Header.Get("WWW-Authenticate") == "" {
		refusal.Header["Www-Authenticate"] = asked.Get(r).challenges(r)
	}
	gangplank.Fail(w, r, refusal)
}

var unauthorized = gangplank.Error(http.StatusUnauthorized, "You have to log in for this.")
