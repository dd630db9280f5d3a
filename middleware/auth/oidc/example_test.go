package oidc_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
	"github.com/gangplank-web/gangplank/middleware/auth/oidc"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// A page for members, to which a browser is led by way of the provider: here one
// that only says who it is.
func Example() {
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"issuer": "http://%[1]s", "authorization_endpoint": "http://%[1]s/authorize",
			"token_endpoint": "http://%[1]s/token", "jwks_uri": "http://%[1]s/keys"}`, r.Host)
	}))
	defer provider.Close()

	login := auth.NewLogin(auth.LoginConfig{})
	people := oidc.New(oidc.Config{
		Issuer:       provider.URL, // "https://accounts.google.com"
		ClientID:     "this-site",
		ClientSecret: "from a file, in a program",
		Origin:       "https://site.example",
		Login:        login,
	})
	r := gangplank.New()
	r.Use(session.New(session.Config{Keys: []session.Key{session.NewKey()}}), auth.Identify(login))
	r.Get("/login", people.Start)
	r.Get("/login/callback", people.Callback)
	r.Post("/logout", login.LogOut)
	r.With(auth.Require()).Get("/members", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "Hello", gangplank.From(r).User().Name)
	})

	next := "/members"
	for range 2 { // to the log-in page, and from there to the provider
		req := httptest.NewRequest("GET", next, nil)
		req.Header.Set("Accept", "text/html")
		rec := httptest.NewRecorder()
		r.ServeHTTP(rec, req)
		to, err := rec.Result().Location()
		if err != nil {
			fmt.Println(rec.Code, rec.Body)
			return
		}
		fmt.Println(rec.Code, to.Path, some(to.Query(), "next", "response_type", "redirect_uri", "code_challenge_method"))
		next = to.RequestURI()
	}
	// Output:
	// 303 /login [/members]
	// 303 /authorize [code https://site.example/login/callback S256]
}

func some(query url.Values, names ...string) (values []string) {
	for _, name := range names {
		if query.Has(name) {
			values = append(values, query.Get(name))
		}
	}
	return values
}
