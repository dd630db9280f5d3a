package control_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/examples/wiki/control"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/seed"
	"github.com/gangplank-web/gangplank/examples/wiki/storage"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// site starts a wiki on SQLite, whose pages are shown by all engines.
func site(t *testing.T, signUp bool) (address string) {
	t.Helper()
	return siteWith(t, signUp, newEngines(t))
}

func siteWith(t *testing.T, signUp bool, renderer view.Renderer, changes ...func(*control.Config)) (address string) {
	t.Helper()
	opened, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "wiki.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	if err := seed.Plant(t.Context(), model.Wiki{Storage: opened}); err != nil {
		t.Fatal(err)
	}
	records := &errorpage.Records{Dir: t.TempDir()}
	t.Cleanup(func() { records.Flush(context.Background()) })
	cfg := control.Config{
		Name: "Test", Storage: opened.Storage, Sessions: opened.Sessions, Renderer: renderer, SignUp: signUp, HTTP: true,
		Records: records,
	}
	for _, change := range changes {
		change(&cfg)
	}
	server := httptest.NewServer(control.New(cfg))
	t.Cleanup(server.Close)
	return server.URL
}

// person is a browser that follows redirects and keeps cookies.
type person struct {
	t       *testing.T
	address string
	client  *http.Client
}

func visitor(t *testing.T, address string) *person {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t, address, &http.Client{Jar: jar}}
}

// member is somebody who has just signed up. The first is the admin.
func member(t *testing.T, address, name string) *person {
	t.Helper()
	p := visitor(t, address)
	p.post("/signup", 200, "name", name, "password", "correct horse").has("Welcome, "+name+".", "Log out")
	return p
}

// shown is a page as it came.
type shown struct {
	t      *testing.T
	what   string
	header http.Header
	url    *url.URL
	body   string
}

func (p *person) do(r *http.Request, status int) shown {
	p.t.Helper()
	r.Header.Set("Accept", "text/html")
	resp, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	what := r.Method + " " + r.URL.Path
	if resp.StatusCode != status {
		p.t.Errorf("%s: got status %d, want %d\n%s", what, resp.StatusCode, status, b)
	}
	return shown{p.t, what, resp.Header, resp.Request.URL, string(b)}
}

func (p *person) get(path string, status int) shown {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodGet, p.address+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.do(r, status)
}

func (p *person) post(path string, status int, fields ...string) shown {
	p.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, p.address+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.do(r, status)
}

func (p *person) attach(path string, status int, name string, content []byte) shown {
	p.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		p.t.Fatal(err)
	}
	part.Write(content)
	form.Close()
	r, err := http.NewRequest(http.MethodPost, p.address+path, &body)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return p.do(r, status)
}

func (s shown) has(texts ...string) shown {
	s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(s.body, text) {
			s.t.Errorf("%s: no %q in\n%s", s.what, text, s.body)
		}
	}
	return s
}

func (s shown) hasNot(texts ...string) shown {
	s.t.Helper()
	for _, text := range texts {
		if strings.Contains(s.body, text) {
			s.t.Errorf("%s: %q in\n%s", s.what, text, s.body)
		}
	}
	return s
}

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

func TestReading(t *testing.T) {
	p := visitor(t, site(t, false))
	p.get("/", 200).has("<h1>Front Page</h1>", `href="/pages/How%20to%20write"`, `class="missing"`, "Log in").hasNot("Edit</a>", "Admin")
	p.get("/pages/How_to__write", 200).has("<h1>How to write</h1>", "<code>[[Front Page]]</code>", "language-go")
	p.get("/pages/Nowhere", 404).has("no such page yet")
	p.get("/pages/Category:Wiki", 200).has("In this category", ">How to write</a>")
	p.get("/index", 200).has(">Deployment</a>", "Still to be written", ">Harbour master</a>")
	p.get("/search?q=SCGI+boards", 200).has("<mark>SCGI</mark>")
	p.get("/search?q=zeppelin", 200).has("No page has all of these words.")
	p.get("/changes", 200).has("As the wiki came")
	p.get("/pages/Gangplank/history", 200).has("/pages/Gangplank/revisions/1")
	p.get("/pages/Gangplank/about", 200).has(">Front Page</a>").hasNot("Rename")
	for _, none := range []string{"/pages/Nowhere/history", "/pages/Gangplank/revisions/9", "/pages/Gangplank/diff?from=1&to=9", "/pages/Gangplank/files/x", "/x"} {
		p.get(none, 404)
	}
	p.get("/pages/Gangplank/diff?to=x", 400)
	var feed struct {
		Entries []struct {
			ID string `xml:"id"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(p.get("/feed.atom", 200).body), &feed); err != nil || len(feed.Entries) < 5 || !strings.HasPrefix(feed.Entries[0].ID, p.address+"/pages/") {
		t.Errorf("feed: %+v, %v", feed, err)
	}
}

func TestEditing(t *testing.T) {
	address := site(t, true)
	alice, bob := member(t, address, "alice"), member(t, address, "bob")
	alice.get("/pages/Plan/edit", 200).has("A new page: Plan", `name="base" value="0"`)
	alice.post("/pages/Plan", 200, "base", "0", "text", "one\ntwo\nthree", "comment", "begun").has("Saved.", "<p>one\ntwo\nthree</p>", "begun", "alice")
	alice.get("/pages/Plan", 200).hasNot("Saved.")
	alice.post("/pages/Plan", 200, "base", "1", "text", "one\n2\nthree", "do", "preview").has("Preview", "<p>one\n2\nthree</p>", `name="base" value="1"`)
	alice.post("/pages/Plan", 200, "base", "1", "text", "one\n2\nthree", "do", "draft").has("Your draft is kept", "This is your draft", "one\n2\nthree")
	bob.get("/pages/Plan/edit", 200).hasNot("draft of", "\n2\n")
	bob.post("/pages/Plan", 200, "base", "1", "text", "one\nII\nthree").has("Saved.")
	alice.get("/pages/Plan/edit", 200).has("\n2\n", `name="base" value="1"`)
	alice.post("/pages/Plan", 409, "base", "1", "text", "one\r\n2\r\nthree", "comment", "mine").
		has("Somebody else saved this page", "<b>bob</b>", "one\nII\nthree", "one\n2\nthree", `name="base" value="2"`, `value="mine"`)
	alice.post("/pages/Plan", 200, "base", "2", "text", "one\n2, II\nthree").has("Saved.", "2, II")
	alice.get("/pages/Plan/edit", 200).hasNot("This is your draft")
	alice.get("/pages/Plan/diff?from=1&to=3", 200).has(`class="removed"`, `class="added"`, "2, II")
	alice.get("/pages/Plan/revisions/1", 200).has("This is revision 1", "Make this the page again")
	alice.post("/pages/Plan/revert", 200, "number", "1").has("Revision 1 is the page again.", "<p>one\ntwo\nthree</p>")
	alice.post("/pages/Plan/rename", 200, "to", "Great  Plan").has("The page has a new title.", "<h1>Great Plan</h1>")
	alice.get("/pages/Plan", 200).has("<h1>Great Plan</h1>", "“Plan”")
	alice.post("/pages/Great%20Plan/rename", 422, "to", "Front Page").has("already")
	alice.post("/pages/Great%20Plan/delete", 404, "comment", "no longer").has("This page was deleted")
	alice.get("/pages/Great%20Plan/history", 200).has("deleted", "no longer")
}

// Whatever is wrong with a text, it comes back in the form.
func TestNothingTypedIsLost(t *testing.T) {
	alice := member(t, site(t, true), "alice")
	alice.post("/pages/Big", 422, "base", "0", "text", "begin "+strings.Repeat("x", model.MaxText)).has("begin xxx", "may have 1024 kB")
	alice.post("/pages/Big", 422, "base", "0", "text", "kept", "comment", strings.Repeat("c", 600)).has("kept", "500 characters")
	alice.post("/pages/"+strings.Repeat("t", 300), 422, "base", "0", "text", "kept").has("kept", "200 characters")
	alice.post("/pages/%3Cb%3E", 422, "base", "0", "text", "kept").has("kept", "may not contain")
	alice.post("/pages/Draft", 422, "base", "0", "do", "draft", "text", "kept "+strings.Repeat("x", 65<<10)).has("kept xxx", "64 kB")
	alice.post("/pages/Ten", 422, "base", "0", "text", "begin "+strings.Repeat("x", 10<<20)).has("begin xxx")
}

func TestRights(t *testing.T) {
	address := site(t, true)
	alice, bob, nobody := member(t, address, "alice"), member(t, address, "bob"), visitor(t, address)
	nobody.get("/pages/Gangplank/edit", 200).has("<h1>Log in</h1>", "/pages/Gangplank/edit")
	nobody.post("/pages/Gangplank", 401, "base", "1", "text", "kept").has("kept", "Log in in another tab")
	bob.get("/admin", 403)
	bob.post("/pages/Gangplank/delete", 403)
	alice.post("/pages/Gangplank/lock", 200, "role", "admin").has("Only who has the role admin")
	bob.get("/pages/Gangplank", 200).has("locked: admin only", ">History</a>").hasNot(">Edit</a>")
	bob.get("/pages/Gangplank/about", 200).hasNot("Rename</button>", "Attach</button>", ">Edit</a>")
	bob.get("/pages/Front%20Page", 200).has(">Edit</a>")
	alice.get("/pages/Gangplank", 200).has(">Edit</a>")
	bob.get("/pages/Gangplank/edit", 403).has("locked")
	bob.post("/pages/Gangplank", 403, "base", "1", "text", "kept").has("kept", "locked")
	for _, path := range []string{"revert", "rename", "files"} {
		bob.post("/pages/Gangplank/"+path, 403, "number", "1", "to", "X")
	}
	alice.get("/pages/Gangplank/edit", 200)
	alice.get("/admin", 200).has("bob")
	alice.post("/admin/accounts/bob", 200, "role", "reader").has("bob is reader now.")
	bob.get("/pages/Front%20Page/edit", 403)
	bob.post("/pages/Front%20Page", 403, "base", "1", "text", "kept").has("kept", "not change it")
	alice.post("/admin/accounts/bob", 422, "role", "king")
	alice.post("/admin/accounts/alice", 200, "role", "reader").has("lock yourself out")
	alice.post("/admin/accounts/bob/sessions", 200).has("logged out everywhere")
	bob.get("/", 200).has("Log in")
	alice.post("/logout", 200).has("Log in")
	alice.post("/login", 401, "username", "alice", "password", "wrong").has("<h1>Log in</h1>")
	alice.post("/login", 200, "username", "alice", "password", "correct horse").has("alice", "Log out")
}

// The recent changes come in pages; those of one moment stay together.
func TestChangesPaged(t *testing.T) {
	const old = 250
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	address := siteWith(t, false, newEngines(t), func(cfg *control.Config) {
		for n := range old {
			r := model.Revision{Title: fmt.Sprint("Old ", n), Number: 1, Text: "x", Time: begin.Add(time.Duration(n/7) * time.Second)}
			if err := cfg.Storage.Save(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
	})
	nobody := visitor(t, address)
	row, older := regexp.MustCompile(`>Old (\d+)</a>`), regexp.MustCompile(`/changes\?before=\d+`)
	seen, pages := make(map[string]bool), 0
	for next := "/changes"; next != ""; pages++ {
		body := nobody.get(next, 200).body
		if n := strings.Count(body, "<li>"); n == 0 || n > 100 {
			t.Fatalf("%s: got %d changes", next, n)
		}
		for _, found := range row.FindAllStringSubmatch(body, -1) {
			if seen[found[1]] {
				t.Errorf("%s: %s is there again", next, found[0])
			}
			seen[found[1]] = true
		}
		next = older.FindString(body)
	}
	if len(seen) != old || pages < 3 {
		t.Errorf("got %d changes on %d pages", len(seen), pages)
	}
	for _, before := range []string{"x", "-5", "99999999999999999999", ""} {
		nobody.get("/changes?before="+before, 200).has(">Front Page</a>")
	}
	nobody.get("/changes?before=1", 200).has("None.").hasNot("Older")
}

func TestSignUp(t *testing.T) {
	address := site(t, false)
	visitor(t, address).post("/signup", 422, "name", "a/b", "password", "short").has("up to 40 letters", "between 10 and 200", `value="a/b"`)
	visitor(t, address).get("/login", 200).has("I have no account yet") // nobody has
	member(t, address, "alice").get("/admin", 200)
	visitor(t, address).get("/login", 200).hasNot("no account yet")
	visitor(t, address).get("/signup", 403).has("made by the admin")
	visitor(t, address).post("/signup", 403, "name", "bob", "password", "correct horse")
	open := site(t, true)
	member(t, open, "alice")
	visitor(t, open).get("/login", 200).has("I have no account yet")
	visitor(t, open).post("/signup", 422, "name", "alice", "password", "correct horse").has("has that name already")
}
