package session_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// visit sends a request with the cookies of an earlier answer.
func visit(h http.Handler, path string, earlier *http.Response) *http.Response {
	r := httptest.NewRequest("GET", path, nil)
	if earlier != nil {
		for _, c := range earlier.Cookies() {
			r.AddCookie(c)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
	return w.Result()
}

func Example() {
	keys := []session.Key{session.NewKey()} // in a program: from a file, with ParseKeys
	h := session.New(session.Config{Keys: keys})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := gangplank.From(r).Session()
		s.Set("visits", session.Get[int](s, "visits")+1)
		fmt.Fprintf(w, "visit %d", session.Get[int](s, "visits"))
	}))
	first := visit(h, "/", nil)
	visit(h, "/", first)
	// Output:
	// 200 visit 1
	// 200 visit 2
}

// A log-in renews the id, against session fixation, and binds the session to the
// user, so that all of the user's sessions can be ended at once.
func Example_login() {
	h := session.New(session.Config{Store: session.NewMemory(64 << 20)})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := session.From(r)
		switch r.URL.Path {
		case "/login":
			s.Renew()
			s.Bind("ann")
			s.Flash("Welcome.")
		case "/stolen": // all of ann's devices
			if err := s.EndAll(r.Context(), "ann"); err != nil {
				fmt.Fprintln(w, err)
			}
		}
		fmt.Fprintf(w, "%q %v", s.User(), s.Flashes())
	}))
	phone := visit(h, "/login", nil)
	laptop := visit(h, "/login", nil)
	visit(h, "/", laptop)
	visit(h, "/stolen", laptop)
	visit(h, "/", phone)
	// Output:
	// 200 "ann" [{ Welcome.}]
	// 200 "ann" [{ Welcome.}]
	// 200 "ann" []
	// 200 "ann" []
	// 200 "" []
}

// A page of the user's sessions, where each can be ended. (With package auth the
// form goes to auth.Login's LogOut.)
func ExampleSession_List() {
	h := session.New(session.Config{Store: session.NewMemory(64 << 20)})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := session.From(r)
		switch r.URL.Path {
		case "/login":
			s.Renew()
			s.Bind("ann")
			s.Set("browser", r.FormValue("browser"))
		case "/others": // all but this one
			list, err := s.List(r.Context(), s.User())
			for _, one := range list {
				if one.This || err != nil {
					continue
				}
				_, err = s.EndOne(r.Context(), s.User(), one.ID)
				fmt.Fprint(w, one.Get("browser"), " has ended ")
			}
			if err != nil {
				fmt.Fprint(w, err)
			}
		}
		fmt.Fprintf(w, "%q", s.User())
	}))
	phone := visit(h, "/login?browser=the+phone", nil)
	laptop := visit(h, "/login?browser=the+laptop", nil)
	visit(h, "/others", laptop)
	visit(h, "/", phone)
	// Output:
	// 200 "ann"
	// 200 "ann"
	// 200 the phone has ended "ann"
	// 200 ""
}

// The mistake: a value that is changed after it was set is stored as it was.
func ExampleSession_Set_mistake() {
	type cart struct{ Items []string }
	h := session.New(session.Config{Keys: []session.Key{session.NewKey()}})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := gangplank.From(r).Session()
		c := session.Get[*cart](s, "cart")
		if c == nil {
			c = new(cart)
			s.Set("cart", c)
		}
		c.Items = append(c.Items, "rope") // Set belongs here
		fmt.Fprint(w, c.Items)
	}))
	first := visit(h, "/", nil)
	visit(h, "/", first)
	// Output:
	// 200 [rope]
	// 200 [rope]
}

// To change keys, put the new one first and leave the old one until the sessions
// of its time have ended.
func ExampleParseKeys() {
	keys, err := session.ParseKeys(`
# since November
7ZcUeIdX3s1mCUXUU1Vi3L8I3W3pS9Zf5hHrUwq2h0g=
# until the end of the year
2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881
`)
	fmt.Println(len(keys), keys, err)
	// Output: 2 [session.Key(secret) session.Key(secret)] <nil>
}

// Stock is counted down by two requests at once: what both have taken is taken.
func ExampleMergeFunc() {
	var merge session.MergeFunc = func(key string, base, theirs, mine any) (any, error) {
		if key == "tickets" {
			return session.AddUp(key, base, theirs, mine)
		}
		return session.KeepMine(key, base, theirs, mine)
	}
	fmt.Println(merge("tickets", 10, 8, 9))
	fmt.Println(merge("theme", "light", "dark", "blue"))
	// Output:
	// 7 <nil>
	// blue <nil>
}
