//go:build linux

package gatewaytest_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sync"
	"testing"
)

var sessionCases = []testCase{
	{name: "sessions", mounts: "/ /app", run: testSession},
	{name: "flash messages", run: testFlash},
	{name: "basic authentication", run: testPrivate},
}

// visitor is a browser: it keeps cookies.
type visitor struct {
	*site
	jar *cookiejar.Jar
}

func visit(t *testing.T, s *site) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return visitor{s, jar}
}

func (v visitor) do(t *testing.T, method, path string) answer {
	t.Helper()
	at, err := url.Parse(v.url(path))
	if err != nil {
		t.Fatal(err)
	}
	a := v.site.do(t, method, path, nil, func(r *http.Request) {
		for _, c := range v.jar.Cookies(at) {
			r.AddCookie(c)
		}
	})
	v.jar.SetCookies(at, a.Cookies())
	return a
}

// A session goes on from request to request, whichever process answers, and ends
// where it is ended.
func testSession(t *testing.T, s *site) {
	v := visit(t, s)
	want := func(count int, fresh bool) {
		t.Helper()
		v.do(t, "GET", "/session").want(t, 200, fmt.Sprintf(`{"count":%d,"new":%t}`+"\n", count, fresh))
	}
	want(1, true)
	want(2, false)
	before := v.jar.Cookies(v.at(t))
	v.do(t, "POST", "/session/renew").want(t, 200, "renewed\n")
	if after := v.jar.Cookies(v.at(t)); len(before) != 1 || len(after) != 1 || before[0].Value == after[0].Value {
		t.Errorf("renewed from %v to %v", before, after)
	}
	want(3, false)
	v.do(t, "POST", "/session/destroy").want(t, 200, "destroyed\n")
	if left := v.jar.Cookies(v.at(t)); len(left) != 0 {
		t.Errorf("left over: %v", left)
	}
	want(1, true)
	visit(t, s).do(t, "GET", "/session").want(t, 200, `{"count":1,"new":true}`+"\n")
}

func (v visitor) at(t *testing.T) *url.URL {
	t.Helper()
	u, err := url.Parse(v.url("/session"))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func testFlash(t *testing.T, s *site) {
	v := visit(t, s)
	v.do(t, "GET", "/flash").want(t, 200, "")
	v.do(t, "GET", "/flash?set=gr%C3%BC%C3%9Fe").want(t, 200, "stored\n")
	v.do(t, "GET", "/flash").want(t, 200, "grüße\n")
	v.do(t, "GET", "/flash").want(t, 200, "")
}

// Credentials arrive, and only the right ones are believed; several requests at
// once, as a browser sends them, are no attack.
func testPrivate(t *testing.T, s *site) {
	with := func(name, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(name, password) }
	}
	a := s.get(t, "/private")
	if got := a.Header.Get("WWW-Authenticate"); a.StatusCode != 401 || got != `Basic realm="probe", charset="UTF-8"` {
		t.Errorf("got %s, challenge %q", a.Status, got)
	}
	if a := s.get(t, "/private", with("alice", "looking-glass")); a.StatusCode != 401 {
		t.Errorf("a wrong password: got %s", a.Status)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { s.get(t, "/private", with("alice", "wonderland")).want(t, 200, "hello alice\n") })
	}
	wg.Wait()
}
