package gangplank_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/gangplank-web/gangplank"
)

// show prints what a handler answers to GET requests.
func show(h http.Handler, targets ...string) {
	for _, target := range targets {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", target, nil))
		fmt.Printf("%s: %d %s", target, rec.Code, rec.Body)
	}
}

// location returns where an answer leads to.
func location(h http.Handler, target string) string {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", target, nil))
	return rec.Header().Get("Location")
}

// Handlers that return an error, routes with names, and links that are right
// wherever the program is mounted.
func Example() {
	pages := map[string]string{"Front Page": "Welcome aboard."}
	r := gangplank.New()
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "See", gangplank.URL(r, "page", "name", "Front Page"))
	})
	r.Get("/pages/{name}", gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		text, ok := pages[r.PathValue("name")]
		if !ok {
			return gangplank.Error(http.StatusNotFound, "There is no such page yet.")
		}
		_, err := fmt.Fprintln(w, text)
		return err
	})).Name("page")

	show(r, "/", "/pages/Front%20Page", "/pages/None")
	show(http.StripPrefix("/wiki", r), "/wiki/") // as behind a front server that has it at /wiki
	// Output:
	// /: 200 See /pages/Front%20Page
	// /pages/Front%20Page: 200 Welcome aboard.
	// /pages/None: 404 404 Not Found
	// There is no such page yet.
	// /wiki/: 200 See /wiki/pages/Front%20Page
}

// The client reads what it may know; the cause goes to the log.
func ExampleTry() {
	h := gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		io.WriteString(w, "The first half of a page,") // held back, so that it can be replaced
		return errors.New("no route to db.internal")   // the log's
	})
	show(h, "/")
	// Output:
	// /: 500 500 Internal Server Error
}

func ExampleError() {
	locked := errors.New("row 17 is locked by pid 4711")
	h := gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		return gangplank.Error(http.StatusConflict, "Somebody else saved this page.").With("Retry-After", "5").Because(locked)
	})
	rec := httptest.NewRecorder()
	h(rec, httptest.NewRequest("POST", "/pages/Front", nil))
	fmt.Println(rec.Code, rec.Header().Get("Retry-After"))
	fmt.Print(rec.Body)
	// Output:
	// 409 5
	// 409 Conflict
	// Somebody else saved this page.
}

// Middleware that refuses a request leaves the page to whoever is in charge of
// error pages.
func ExampleFail() {
	weekdays := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.FormValue("day") == "Sunday" {
				gangplank.Fail(w, r, gangplank.Error(http.StatusForbidden, "The shop is closed."))
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	open := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "Come in.") })
	show(weekdays(open), "/?day=Monday", "/?day=Sunday")
	// Output:
	// /?day=Monday: 200 Come in.
	// /?day=Sunday: 403 403 Forbidden
	// The shop is closed.
}

// What a handler can ask about its request. With nothing attached it gets the
// request's own facts, and nobody as its user.
func ExampleFrom() {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := gangplank.From(r)
		fmt.Printf("%s, %q, %q\n", c.ClientIP(), c.User().Name, c.RequestID())
	})
	login := gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		c.SetUser(gangplank.Identity{Name: "alice"})
		h.ServeHTTP(w, r)
	})
	show(h, "/")
	show(login, "/")
	// Output:
	// 192.0.2.1, "", ""
	// /: 200 192.0.2.1, "alice", ""
	// /: 200
}

// A chain is a value: site is not changed by what admin has besides.
func ExampleChain() {
	layer := func(name string) gangplank.Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprint(w, name, " ")
				next.ServeHTTP(w, r)
			})
		}
	}
	site := gangplank.NewChain(layer("log"), layer("compress"))
	admin := site.Append(layer("login"))

	page := func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "page") }
	show(site.ThenFunc(page), "/")
	show(admin.ThenFunc(page), "/admin")
	// Output:
	// /: 200 log compress page
	// /admin: 200 log compress login page
}

type tenant struct{ Name string }

var tenants = gangplank.NewSlot[*tenant]("tenant")

// A package's own value of a request, without a copy of the request.
func ExampleSlot() {
	find := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			tenants.Set(r, &tenant{Name: r.Host})
			next.ServeHTTP(w, r)
		})
	}
	h := find(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, tenants.Get(r).Name)
	}))
	show(h, "/")
	// Output:
	// /: 200 example.com
}
