package auth_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

// accounts are usually in a file (OpenHtpasswd) or a database.
type accounts map[string]auth.Account

func (a accounts) Account(_ context.Context, name string) (auth.Account, error) { return a[name], nil }

func Example() {
	// Made once, by Hasher.Hash, of the password "wonderland"; cheaper here than it should be.
	const hash = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$LF/MlLYp7Y/iimgLTdNjZKpP+sQowe8SH1uJUJ7Apjo"
	passwords := auth.NewPasswords(auth.PasswordsConfig{Accounts: accounts{"alice": {Name: "alice", Hash: hash, Roles: []string{"editor"}}}})
	r := gangplank.New()
	r.Use(auth.Identify(auth.NewBasic("Members", passwords)))
	hello := func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "hello "+gangplank.From(r).User().Name)
	}
	r.Get("/", hello) // for everybody
	r.With(auth.Require()).Get("/members", hello)
	r.With(auth.Require(auth.Role("admin"))).Get("/admin", hello)

	for _, path := range []string{"/", "/members", "/admin"} {
		for _, password := range []string{"", "wonderland"} {
			req := httptest.NewRequest("GET", path, nil)
			if password != "" {
				req.SetBasicAuth("alice", password)
			}
			rec := httptest.NewRecorder()
			r.ServeHTTP(rec, req)
			first, _, _ := strings.Cut(rec.Body.String(), "\n")
			fmt.Printf("%s %q: %d %s\n", path, password, rec.Code, strings.TrimSpace(first))
		}
	}
	// Output:
	// / "": 200 hello
	// / "wonderland": 200 hello alice
	// /members "": 401 401 Unauthorized
	// /members "wonderland": 200 hello alice
	// /admin "": 401 401 Unauthorized
	// /admin "wonderland": 403 403 Forbidden
}

func ExampleNewBearer() {
	// The hash of a key that NewKey has made is what the program is given.
	keys, err := auth.NewKeys(auth.Key{Hash: auth.HashKey("acme_0123456789abcdef"), Name: "backup", Roles: []string{"reader"}})
	if err != nil {
		panic(err)
	}
	bearer := auth.NewBearer(auth.BearerConfig{Tokens: keys, Realm: "api", Header: "X-Api-Key"})
	h := gangplank.NewChain(auth.Identify(bearer), auth.Require(auth.Role("reader"))).Then(whoami)
	for _, field := range []string{"Accept: */*", "Authorization: Bearer acme_0123456789abcdef", "X-Api-Key: another"} {
		rec := ask(h, "GET", "/", field)
		fmt.Printf("%d %q\n", rec.Code, rec.Header().Get("WWW-Authenticate"))
	}
	// Output:
	// 401 "Bearer realm=\"api\""
	// 200 ""
	// 401 "Bearer realm=\"api\", error=\"invalid_token\""
}

func ExampleSigner() {
	signer := auth.NewSigner(auth.SignerConfig{Keys: [][]byte{[]byte("thirty-two random bytes of a key")}, Name: "guest"})
	h := gangplank.NewChain(auth.Identify(signer), auth.Require()).Then(whoami)
	link := signer.Sign("/files/report.pdf", time.Now().Add(time.Hour))
	for _, target := range []string{link, strings.Replace(link, "report", "salaries", 1), "/files/report.pdf"} {
		fmt.Println(ask(h, "GET", target).Code)
	}
	// Output:
	// 200
	// 403
	// 401
}
