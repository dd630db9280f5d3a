package bench_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gorilla/sessions"
)

// The workload: the five and the client's address behind a proxy, CORS, a defence against cross-site requests, a time limit, and
// a value read from an encrypted session cookie. Each peer has what its own project offers; none offers sessions, so all have
// gorilla/sessions, and http.CrossOriginProtection as ours. A time limit is a context with a deadline, which a handler must watch,
// as with chi and echo; one row has our Timeout instead, which runs the handler on a goroutine of its own and answers in its place.

const (
	proxyNetwork = "192.0.2.0/24" // httptest's requests come from there
	clientIP     = "198.51.100.7"
	pageOrigin   = "https://app.example.com"
	loginRoute   = "/login"
	sessionName  = "session"
	tenTimeout   = 30 * time.Second
)

var tenChains = []chain{
	{name: "chi", handler: withSlog(chiTen)},
	{name: "echo", handler: withSlog(echoTen)},
	{name: "gangplank", handler: withSlog(gangplankTen)},
	{name: "gangplank-attached", handler: withSlog(gangplankTen), attached: true},
	{name: "gangplank-timeout", handler: withSlog(gangplankTenTimeout)},
	{name: "gangplank-logjson", handler: gangplankTenJSON},
	{name: "gangplank-logjson-attached", handler: gangplankTenJSON, attached: true},
	{name: "gin", handler: withSlog(ginTen)},
}

func BenchmarkMiddlewareTen(b *testing.B) { benchmarkChains(b, tenChains, tenRequest) }

// tenRequest logs in, and is the request that follows.
func tenRequest(h http.Handler) *http.Request {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", loginRoute, nil))
	r := httptest.NewRequest("GET", "/users/alice", nil)
	r.Header.Set("X-Forwarded-For", clientIP)
	r.Header.Set("Origin", pageOrigin)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	for _, c := range w.Result().Cookies() {
		r.AddCookie(c)
	}
	return r
}

func gorillaStore() sessions.Store {
	return sessions.NewCookieStore([]byte("0123456789abcdef0123456789abcdef"), []byte("fedcba9876543210fedcba9876543210"))
}

// gorillaLogin stores what gorillaUser reads.
func gorillaLogin(store sessions.Store, w http.ResponseWriter, r *http.Request) {
	s, _ := store.Get(r, sessionName)
	s.Values["user"] = "alice"
	if err := s.Save(r, w); err != nil {
		panic(err)
	}
}

func gorillaUser(store sessions.Store, r *http.Request) string {
	s, err := store.Get(r, sessionName)
	if err != nil {
		panic(err)
	}
	user, _ := s.Values["user"].(string)
	return user
}
