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
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client.Jar, client.CheckRedirect = jar, nil // follow
	return client
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
