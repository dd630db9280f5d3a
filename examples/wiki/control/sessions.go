package control

import (
	"net/http"
	"slices"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// sessionRow is somebody's log-in at some browser.
type sessionRow struct {
	User string
	session.Listed
}

// sessionsOf returns the sessions of accounts, the last used first.
func sessionsOf(r *http.Request, accounts []model.Account) (rows []sessionRow, err error) {
	s := session.From(r)
	for _, a := range accounts {
		list, err := s.List(r.Context(), a.Name)
		if err != nil {
			return nil, err
		}
		for _, l := range list {
			rows = append(rows, sessionRow{a.Name, l})
		}
	}
	slices.SortStableFunc(rows, func(a, b sessionRow) int { return b.Seen.Compare(a.Seen) })
	return rows, nil
}

// endSession ends one session of an account.
func (s *Site) endSession(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	found, err := session.From(r).EndOne(r.Context(), name, r.PathValue("id"))
	switch {
	case err != nil:
		return err
	case !found:
		return toAdmin(w, r, "That session had ended already.")
	}
	return toAdmin(w, r, "One session of "+name+" has ended.")
}

// endSessions logs an account out everywhere.
func (s *Site) endSessions(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	if err := s.login.EndAll(r, name); err != nil {
		return err
	}
	if name == byUser(r) { // here too
		gangplank.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	return toAdmin(w, r, name+" is logged out everywhere.")
}
