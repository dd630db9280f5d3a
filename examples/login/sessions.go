package main

import (
	"net/http"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// showSessions shows where the user is logged in. The form of each goes to
// auth.Login's LogOut.
func showSessions(w http.ResponseWriter, r *http.Request) error {
	list, err := session.From(r).List(r.Context(), gangplank.From(r).User().Name)
	if err != nil {
		return err
	}
	return render(w, r, page{Title: "Your sessions", Sessions: list})
}

// noteBrowser has the session say by what it is used. To set what is there already
// stores nothing.
func noteBrowser(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name := browserName(r.UserAgent()); name != "" {
			gangplank.From(r).Session().Set("browser", name)
		}
		next.ServeHTTP(w, r)
	})
}

// Most browsers name those before them that they are like, hence the order.
var (
	browsers = []struct{ mark, name string }{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = []struct{ mark, name string }{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}}
)

// browserName returns what a person calls it, or "".
func browserName(userAgent string) string {
	for _, b := range browsers {
		if !strings.Contains(userAgent, b.mark) {
			continue
		}
		for _, s := range systems {
			if strings.Contains(userAgent, s.mark) {
				return b.name + " on " + s.name
			}
		}
		return b.name
	}
	return ""
}
