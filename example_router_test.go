package gangplank_test

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/gangplank-web/gangplank"
)

// Routers in Routers: the names of routes are those of the whole tree.
func ExampleRouter() {
	admin := gangplank.New()
	admin.Get("/users/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "user", r.PathValue("id"), "of", gangplank.From(r).Route().Pattern())
	}).Name("user")

	r := gangplank.New()
	r.Mount("/admin", admin)
	r.Route("/notes", func(r *gangplank.Router) {
		r.Get("/", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintln(w, "by", gangplank.URL(r, "user", "id", 7))
		})
		r.Post("/", func(w http.ResponseWriter, r *http.Request) {})
	})
	show(r, "/admin/users/7", "/notes/", "/elsewhere")
	// Output:
	// /admin/users/7: 200 user 7 of /admin/users/{id}
	// /notes/: 200 by /admin/users/7
	// /elsewhere: 404 404 Not Found
}

// Code that takes a chi.Router gets a view of the same tree.
func ExampleRouter_Chi() {
	metrics := func(r chi.Router) {
		r.Get("/metrics", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "requests 1") })
	}
	r := gangplank.New()
	metrics(r.Chi())
	show(r, "/metrics")
	// Output:
	// /metrics: 200 requests 1
}

// A link has the mount point in front, whoever has taken it off the path, and its
// parameters are escaped.
func ExampleURL() {
	r := gangplank.New()
	r.Get("/files/{name}/*", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, gangplank.URL(r, "file", "name", "50% off", "*", "a/b?.txt"))
	}).Name("file")

	show(r, "/files/x/")
	show(http.StripPrefix("/cgi-bin/wiki.cgi", r), "/cgi-bin/wiki.cgi/files/x/")
	// Output:
	// /files/x/: 200 /files/50%25%20off/a/b%3F.txt
	// /cgi-bin/wiki.cgi/files/x/: 200 /cgi-bin/wiki.cgi/files/50%25%20off/a/b%3F.txt
}

// With names and values that come from data, a mistake is an error and not a
// panic, and not a broken link either.
func ExampleURLFor() {
	r := gangplank.New()
	r.Get("/users/{id}", func(w http.ResponseWriter, r *http.Request) {}).Name("user")
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {
		for _, id := range []string{"7", "..", ""} {
			if u, err := gangplank.URLFor(r, "user", "id", id); err != nil {
				fmt.Fprintln(w, err)
			} else {
				fmt.Fprintln(w, u)
			}
		}
	})
	show(r, "/")
	// Output:
	// /: 200 /users/7
	// gangplank: URL of route "user": parameter "id": ".." would be resolved as a relative path
	// gangplank: URL of route "user": parameter "id" is empty
}

// A target below the mount point is written as if there were none. The result of
// URL, which has it already, is right as well.
func ExampleRedirect() {
	r := gangplank.New()
	r.Get("/new", func(w http.ResponseWriter, r *http.Request) {}).Name("new")
	r.Get("/a", func(w http.ResponseWriter, r *http.Request) { gangplank.Redirect(w, r, "/new", http.StatusSeeOther) })
	r.Get("/b", func(w http.ResponseWriter, r *http.Request) {
		gangplank.Redirect(w, r, gangplank.URL(r, "new"), http.StatusSeeOther)
	})
	r.Get("/mistake", func(w http.ResponseWriter, r *http.Request) { // http.Redirect knows of no mount point
		http.Redirect(w, r, "/new", http.StatusSeeOther)
	})
	h := http.StripPrefix("/app", r)
	for _, target := range []string{"/app/a", "/app/b", "/app/mistake"} {
		fmt.Println(target, location(h, target))
	}
	// Output:
	// /app/a /app/new
	// /app/b /app/new
	// /app/mistake /new
}
