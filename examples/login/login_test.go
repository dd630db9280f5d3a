package main_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/examples/internal/program"
)

// The gateways' tests drive this program in a browser, and two of it behind
// nginx; here it has to do what it says over plain HTTP.

func browser(t *testing.T) *http.Client {
	t.Helper()
	client := program.Serve(t, program.Build(t), "-dev", "-db", filepath.Join(t.TempDir(), "board.db"))
	client.Jar, client.CheckRedirect = newJar(t), nil // follow
	return client
}

func newJar(t *testing.T) http.CookieJar {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return jar
}

// A user sees both sessions, with the browsers' names, and ends the other.
func TestSessions(t *testing.T) {
	here := browser(t)
	phone := &http.Client{Transport: here.Transport, Jar: newJar(t)}
	do := func(b *http.Client, path, agent string, form url.Values) (status int, body string) {
		t.Helper()
		req, err := http.NewRequest(http.MethodPost, "http://board"+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		if form == nil {
			req.Method = http.MethodGet
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("User-Agent", agent)
		resp, err := b.Do(req)
		status, _, body = read(t, resp, err)
		return status, body
	}
	const (
		firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
		chrome  = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
	)
	login := url.Values{"username": {"bob"}, "password": {"builder"}}
	do(phone, "/login", chrome, login)
	do(here, "/login", firefox, login)
	_, body := do(here, "/sessions", firefox, nil)
	before, after, _ := strings.Cut(body, "Chrome on Android")
	if !strings.Contains(body, `Firefox on Linux <span class="role">this one</span>`) || after == "" || strings.Count(before+after, "this one") != 1 {
		t.Fatalf("got %s", body)
	}
	_, after, _ = strings.Cut(after, `name="session" value="`)
	id, _, _ := strings.Cut(after, `"`)
	if _, body = do(here, "/logout", firefox, url.Values{"session": {id}, "next": {"/sessions"}}); strings.Contains(body, "Android") || !strings.Contains(body, "Your sessions") {
		t.Errorf("after the phone's log-out: got %s", body)
	}
	if status, _ := do(phone, "/", chrome, nil); status != http.StatusUnauthorized {
		t.Errorf("the phone: got %d, want 401", status)
	}
}

func read(t *testing.T, resp *http.Response, err error) (status int, path, body string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Request.URL.Path, string(b)
}

func TestBoard(t *testing.T) {
	b := browser(t)
	for _, step := range []struct {
		desc, path string
		form       url.Values // nil: GET
		status     int
		at, want   string
	}{
		{"a stranger", "/", nil, 401, "/", "You have to log in"},
		{"the form", "/login", nil, 200, "/login", `name="password"`},
		{"wrong password", "/login", url.Values{"username": {"bob"}, "password": {"x"}}, 401, "/login", "do not belong together"},
		{"bob", "/login", url.Values{"username": {"Bob"}, "password": {"builder"}}, 200, "/", "<b>bob</b>"},
		{"a notice", "/notices", url.Values{"text": {" Fish & chips "}}, 200, "/", "<p>Fish &amp; chips</p>"},
		{"no notice", "/notices", url.Values{"text": {" "}}, 200, "/", `class="flash error"`},
		{"too long", "/notices", url.Values{"text": {strings.Repeat("ä", 501)}}, 200, "/", "that one had 501"},
		{"far too long", "/notices", url.Values{"text": {strings.Repeat("x", 100_000)}}, 413, "/notices", "A notice is a few sentences."},
		{"bob removes", "/notices/1/remove", url.Values{}, 403, "/notices/1/remove", "You may not do this."},
		{"bob leaves", "/logout", url.Values{}, 401, "/", "You have to log in"},
		{"alice", "/login", url.Values{"username": {"alice"}, "password": {"wonderland"}}, 200, "/", `class="role">admin`},
		{"alice removes", "/notices/1/remove", url.Values{}, 200, "/", "The notice is gone."},
		{"alice removes again", "/notices/1/remove", url.Values{}, 200, "/", "That notice was gone already."},
		{"the style", "/style.css", nil, 200, "/style.css", "color-scheme"},
	} {
		var resp *http.Response
		var err error
		if step.form == nil {
			resp, err = b.Get("http://board" + step.path)
		} else {
			resp, err = b.PostForm("http://board"+step.path, step.form)
		}
		status, at, body := read(t, resp, err)
		if status != step.status || at != step.at || !strings.Contains(body, step.want) {
			t.Fatalf("%s: got %d at %s, want %d at %s and %q:\n%s", step.desc, status, at, step.status, step.at, step.want, body)
		}
	}
}

// Another site cannot act for who has logged in.
func TestForgery(t *testing.T) {
	b := browser(t)
	req, err := http.NewRequest(http.MethodPost, "http://board/login", strings.NewReader("username=bob&password=builder"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "http://evil.example")
	resp, err := b.Do(req)
	if status, _, _ := read(t, resp, err); status != http.StatusForbidden {
		t.Errorf("got %d, want 403", status)
	}
}
