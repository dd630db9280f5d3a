package gorillastore_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
	"github.com/gangplank-web/gangplank/middleware/session/gorillastore"
)

// A program that has its sessions in one of gorilla's stores keeps it, here with
// what it seals made by this library.
func Example() {
	store := sessions.NewCookieStore(nil)
	store.Codecs = []securecookie.Codec{session.NewCodec(session.NewKey())}
	h := session.New(session.Config{Carrier: gorillastore.New(store)})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := gangplank.From(r).Session()
		s.Set("visits", session.Get[int](s, "visits")+1)
		fmt.Println("visit", session.Get[int](s, "visits"))
	}))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(w.Result().Cookies()[0])
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output:
	// visit 1
	// visit 2
}
