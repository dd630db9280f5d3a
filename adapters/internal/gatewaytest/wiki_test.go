//go:build linux

package gatewaytest_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// wiki returns a program that is examples/wiki with its settings in the
// environment, as a script on a host would start it, and a database that the
// servers' own users may write.
func wiki(t *testing.T, binary string) (program string) {
	t.Helper()
	dir := filepath.Dir(servertest.Socket(t))
	program = filepath.Join(dir, "wiki.cgi")
	script := fmt.Sprintf("#!/bin/sh\nWIKI_STORAGE=%s/wiki.db WIKI_SIGNUP=1 WIKI_HTTP=1 exec %s \"$@\"\n", dir, binary)
	servertest.WriteProgram(t, program, []byte(script))
	return program
}

// TestWiki uses the wiki as an editor does, with the same binary, behind every
// gateway: what it says must lead where it should, whatever the mount point.
func TestWiki(t *testing.T) {
	t.Parallel()
	binary := example(t, "wiki")
	for _, g := range servertest.Gateways() {
		t.Run(g.Name, func(t *testing.T) {
			t.Parallel()
			mount := mountsOf(g)[0]
			useWiki(t, siteOf(t, g, mount, wiki(t, binary)))
		})
	}
}

// editor is a browser, as far as a wiki needs one.
type editor struct {
	*site
	http http.Client
}

func useWiki(t *testing.T, s *site) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	e := &editor{s, http.Client{Jar: jar}}
	defer e.http.CloseIdleConnections()
	p := s.prefix()

	e.show(t, "/", 200, `<h1>Front Page</h1>`, `href="`+p+`/pages/How%20to%20write"`, `href="`+p+`/assets/wiki.`)
	e.send(t, "/signup", 200, url.Values{"name": {"alice"}, "password": {"correct horse"}}, "Welcome, alice.", `action="`+p+`/logout"`)
	text := url.Values{"base": {"0"}, "text": {"See [[Front Page]] and [[Über uns]]."}, "comment": {"begun"}}
	landed := e.send(t, "/pages/%C3%9Cber%20uns", 200, text, "Saved.", `<h1>Über uns</h1>`, `href="`+p+`/pages/%C3%9Cber%20uns"`)
	if want := p + "/pages/%C3%9Cber%20uns"; landed.EscapedPath() != want {
		t.Errorf("saving leads to %s, want %s", landed.EscapedPath(), want)
	}
	e.send(t, "/pages/%C3%9Cber%20uns", 409, text, "Somebody else saved this page")
	e.attach(t, "/pages/%C3%9Cber%20uns/files", "a b.txt", "the file", `href="`+p+`/pages/%C3%9Cber%20uns/files/a%20b.txt"`)
	e.show(t, "/pages/%C3%9Cber%20uns/files/a%20b.txt", 200, "the file")
	e.show(t, "/search?q=%C3%BCber", 200, `href="`+p+`/pages/%C3%9Cber%20uns"`, "<mark>Über</mark> uns")
	e.show(t, "/pages/%C3%9Cber%20uns/history", 200, "begun", "alice")
	e.feed(t)
	e.show(t, "/pages/Nowhere", 404, "There is no such page yet.")
	e.show(t, "/admin", 200, "Accounts")
	e.send(t, "/logout", 200, nil, "Log in")
	landed = e.show(t, "/pages/Gangplank/edit", 200, "<h1>Log in</h1>")
	if landed.Path != p+"/login" || landed.Query().Get("next") != p+"/pages/Gangplank/edit" {
		t.Errorf("the way to edit leads over %s", landed)
	}
}

// feed follows the addresses of the feed, which are whole.
func (e *editor) feed(t *testing.T) {
	t.Helper()
	resp, err := e.http.Get(e.url("/feed.atom"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var feed struct {
		Entries []struct {
			Link struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.NewDecoder(resp.Body).Decode(&feed); err != nil || len(feed.Entries) == 0 {
		t.Fatalf("%+v, %v", feed, err)
	}
	there, err := e.http.Get(feed.Entries[0].Link.Href)
	if err != nil {
		t.Fatal(err)
	}
	there.Body.Close()
	if there.StatusCode != 200 {
		t.Errorf("%s: %s", feed.Entries[0].Link.Href, there.Status)
	}
}

// show gets a page, and reports where that led.
func (e *editor) show(t *testing.T, path string, status int, texts ...string) *url.URL {
	t.Helper()
	return e.ask(t, e.request(t, http.MethodGet, path, nil), status, texts)
}

func (e *editor) send(t *testing.T, path string, status int, form url.Values, texts ...string) *url.URL {
	t.Helper()
	r := e.request(t, http.MethodPost, path, strings.NewReader(form.Encode()), withHeader("Content-Type", "application/x-www-form-urlencoded"))
	return e.ask(t, r, status, texts)
}

func (e *editor) attach(t *testing.T, path, name, content string, texts ...string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(part, content)
	form.Close()
	e.ask(t, e.request(t, http.MethodPost, path, &body, withHeader("Content-Type", form.FormDataContentType())), 200, texts)
}

func (e *editor) ask(t *testing.T, r *http.Request, status int, texts []string) *url.URL {
	t.Helper()
	r.Header.Set("Accept", "text/html")
	resp, err := e.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		t.Errorf("%s %s: got %s, %v, want %d", r.Method, r.URL.Path, resp.Status, err, status)
	}
	for _, text := range texts {
		if !strings.Contains(string(b), text) {
			t.Errorf("%s %s: no %q in %.3000s", r.Method, r.URL.Path, text, b)
		}
	}
	return resp.Request.URL
}
