package gangplank_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/go-chi/chi/v5"
)

// What a client puts before the routed path must not turn the application's own
// links into ones to another host.
func TestURLStaysOnHost(t *testing.T) {
	site := gangplank.New()
	site.Get("/ask", func(w http.ResponseWriter, r *http.Request) {
		gangplank.Redirect(w, r, "/login", http.StatusSeeOther)
		fmt.Fprint(w, gangplank.URL(r, "ask"), " ", gangplank.From(r).MountPoint())
	}).Name("ask")
	around := chi.NewRouter()
	around.Mount("/{tenant}/{project}", site)
	cleaning := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = "/ask" // as a front server that resolves dots leaves it
		site.ServeHTTP(w, r)
	})
	for desc, c := range map[string]struct {
		h      http.Handler
		target string
	}{
		"empty parameter": {around, "//evil.example/ask"},
		"dots":            {cleaning, "//evil.example/../ask"},
		"slashes":         {cleaning, "///ask"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RequestURI, r.URL.Path = c.target, c.target
		rec := httptest.NewRecorder()
		c.h.ServeHTTP(rec, r)
		location, body := rec.Header().Get("Location"), rec.Body.String()
		if !strings.HasPrefix(location, "/") || strings.HasPrefix(location, "//") || strings.Contains(body, "//evil") || strings.Contains(body, "//ask") {
			t.Errorf("%s: Location %q, body %q", desc, location, body)
		}
	}
}

func TestURLOfOddPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, param, value string
		want                  string // or the error, after !
	}{
		{"/*", "*", "a/b", "/a/b"},
		{"/*", "*", "/evil.example", `!"//evil.example" leads to another host`},
		{"/f/*", "*", "../../etc", `!parameter "*": "../../etc" would be resolved as a relative path`},
		{"/f/*", "*", "a/./b", `!parameter "*": "a/./b" would be resolved as a relative path`},
		{"/f/*", "*", "a..b/.c", "/f/a..b/.c"},
		{"/a b/ü/{id}", "id", "x", "/a%20b/%C3%BC/x"},
		{"/{id:[a-z]{2,3}}/x", "id", "ab", "/ab/x"},
		{"/{id:^[a-z]{2,3}$}/x", "id", "abcd", `!parameter "id": "abcd" does not match ^[a-z]{2,3}$`},
		{`/{id:[a-z]+\$}`, "id", "x$", "/x$"},
	} {
		var got string
		r := gangplank.New()
		r.Get(c.pattern, say("")).Name("x")
		r.Get("/ask", func(w http.ResponseWriter, r *http.Request) {
			var err error
			if got, err = gangplank.URLFor(r, "x", c.param, c.value); err != nil {
				got = "!" + strings.TrimPrefix(err.Error(), `gangplank: URL of route "x": `)
			}
		})
		get(r, "GET", "/ask")
		if got != c.want {
			t.Errorf("%s with %q: got %s, want %s", c.pattern, c.value, got, c.want)
		}
		if strings.HasPrefix(got, "/") && get(r, "GET", got).Code != http.StatusOK {
			t.Errorf("%s with %q: no route for %s", c.pattern, c.value, got)
		}
	}
}

// What stands before the Router's paths is known from what it was given; a path
// that a layer has rewritten says nothing, an empty rest does.
func TestMountPointOfRoot(t *testing.T) {
	site := gangplank.New()
	site.Get("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%q %q", gangplank.From(r).MountPoint(), gangplank.URL(r, "page"))
	})
	site.Get("/p/x", say("")).Name("page")
	theirs, ours := chi.NewRouter(), gangplank.New()
	theirs.Mount("/app", site)
	ours.Mount("/app", http.StripPrefix("/app", site))
	rewriting := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = "/"
		site.ServeHTTP(w, r)
	})
	for desc, c := range map[string]struct {
		h            http.Handler
		target, want string
	}{
		"root":                 {site, "/", `"" "/p/x"`},
		"rewritten":            {rewriting, "/index.html", `"" "/p/x"`},
		"rewritten attached":   {attach(rewriting), "/index.html", `"" "/p/x"`},
		"stripped, with slash": {http.StripPrefix("/app", site), "/app/", `"/app" "/app/p/x"`},
		"stripped":             {http.StripPrefix("/app", site), "/app", `"/app" "/app/p/x"`},
		"chi":                  {theirs, "/app", `"/app" "/app/p/x"`},
		"chi, with slash":      {theirs, "/app/", `"/app" "/app/p/x"`},
		"stripped in a Router": {ours, "/app", `"/app" "/app/p/x"`},
	} {
		if got := get(c.h, "GET", c.target).Body.String(); got != c.want {
			t.Errorf("%s: got %s, want %s", desc, got, c.want)
		}
	}
}
