package control_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/examples/wiki/view"
)

// engines is a Renderer that lets every engine show each page, and reports where
// what they make of the same data is not the same document.
type engines struct {
	t     *testing.T
	all   []view.Renderer
	mu    sync.Mutex
	shown map[string]bool // templates

	broken string // a template that fails
}

func newEngines(t *testing.T) *engines {
	e := &engines{t: t, shown: make(map[string]bool)}
	for _, name := range view.Engines() {
		e.all = append(e.all, engine(t, name, ""))
	}
	if len(e.all) < 2 {
		t.Fatal("nothing to compare")
	}
	return e
}

// engine is one of the view's renderers.
func engine(t *testing.T, name, dir string) view.Renderer {
	t.Helper()
	r, err := view.New(name, dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (e *engines) Render(w io.Writer, name string, data *view.Data) error {
	e.mu.Lock()
	e.shown[name] = true
	e.mu.Unlock()
	if name == e.broken {
		return errors.New("the " + name + " is broken")
	}
	var first, other bytes.Buffer
	if err := e.all[0].Render(&first, name, data); err != nil {
		return err
	}
	want := document(e.t, first.Bytes())
	for i, engine := range e.all[1:] {
		other.Reset()
		if err := engine.Render(&other, name, data); err != nil {
			return err
		}
		difference(e.t, name+" by "+view.Engines()[i+1], document(e.t, other.Bytes()), want)
	}
	_, err := w.Write(first.Bytes())
	return err
}

// Every page of the wiki is the same with every engine. So it is in all other
// tests that use site; this one makes sure that no template is forgotten.
func TestEnginesShowTheSame(t *testing.T) {
	all := newEngines(t)
	address := siteWith(t, true, all)
	nobody := visitor(t, address)
	nobody.get("/signup", 200).has("no account yet")
	nobody.post("/signup", 422, "name", "a/b", "password", "short").has("up to 40 letters", "between 10 and 200")
	alice := member(t, address, "alice")
	odd := "/pages/" + url.PathEscape(`It's (an) "odd" title; & more, even 100%?`)
	fill(alice, odd)
	for _, path := range []string{
		"/", odd, odd + "/revisions/1", odd + "/history", odd + "/history?before=2", odd + "/diff?to=2", odd + "/about", "/pages/Category:Gangplank",
		"/pages/Old", "/pages/Old/history", "/search", "/search?q=odd+%3Cthree%3E", "/search?q=nothing-like-it", "/changes", "/index",
	} {
		alice.get(path, 200)
		nobody.get(path, 200)
	}
	alice.get(odd+"/edit", 200)
	alice.get("/admin", 200)
	alice.get("/account", 200)
	nobody.get("/pages/Nowhere", 404)
	nobody.get("/login", 200)
	nobody.post("/login", 401, "username", "alice", "password", "wrong")
	everyTemplate(t, all.shown)
}

// fill makes a page of that address with a history, and with all that its pages
// may show besides.
func fill(p *person, at string) {
	p.post(at, 200, "base", "0", "text", "\n  [[Category:Gangplank]] `a  b` & <b>c</b>", "comment", "“why” <now>")
	p.post(at, 200, "base", "1", "text", "one\n\n  two & <three>")
	p.post(at, 409, "base", "1", "text", "one\n\n  two").holds("one\n\n  two")
	p.post(at, 200, "base", "2", "do", "preview", "text", "\n\n*kept*").holds("\n\n*kept*")
	p.post(at, 200, "base", "2", "do", "draft", "text", "\n\n*kept*").holds("\n\n*kept*")
	p.attach(at+"/files", 200, "plan 'n' <b>.png", []byte("x"))
	p.post(at+"/lock", 200, "role", "admin")
	p.post("/pages/Old", 200, "base", "0", "text", "x")
	p.post("/pages/Old/rename", 200, "to", "New")
	p.post("/pages/New/delete", 404)
	p.post("/pages/New/rename", 404, "to", "Newer")
	p.post("/pages/Old", 200, "base", "2", "text", "again")
}

// everyTemplate fails unless all that are there have been shown.
func everyTemplate(t *testing.T, shown map[string]bool) {
	t.Helper()
	files, err := fs.Glob(os.DirFS("../view/templates"), "*.html")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, file := range files {
		if name := strings.TrimSuffix(file, ".html"); name != "layout" && name != "partials" {
			want = append(want, name)
		}
	}
	if got := slices.Sorted(maps.Keys(shown)); !slices.Equal(got, want) {
		t.Errorf("got %v, want all of %v", got, want)
	}
}

// A history with a second page, and an admin's list of errors.
func TestEnginesShowTheRare(t *testing.T) {
	all := newEngines(t)
	address := siteWith(t, true, all)
	alice := member(t, address, "alice")
	for base := range 51 {
		alice.post("/pages/Long", 200, "base", strconv.Itoa(base), "text", strconv.Itoa(base))
	}
	alice.get("/pages/Long/history", 200).has("?before=2", "Older")
	all.broken = "list"
	alice.get("/index", 500)
	alice.get("/admin", 200).has("the list is broken", "All of them")
}

// Templates are shared by all requests.
func TestEnginesAtOnce(t *testing.T) {
	address := site(t, false)
	var wait sync.WaitGroup
	for _, path := range []string{"/", "/changes", "/index", "/search?q=gangplank", "/pages/Gangplank", "/pages/Nowhere", "/pages/Gangplank/history", "/login"} {
		wait.Go(func() {
			resp, err := http.Get(address + path)
			if err != nil {
				t.Error(err)
				return
			}
			resp.Body.Close()
			if resp.StatusCode >= 500 {
				t.Errorf("%s: %s", path, resp.Status)
			}
		})
	}
	wait.Wait()
}

// Templates in a folder are read for each page, and a page that cannot be made
// leaves nothing behind.
func TestTemplatesAreReadAnew(t *testing.T) {
	for name, folder := range map[string]string{"template": "templates", "jinja": "jinja"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS("../view/"+folder)); err != nil {
				t.Fatal(err)
			}
			p := visitor(t, siteWith(t, false, engine(t, name, dir)))
			rewrite := func(from, to string) {
				t.Helper()
				file := filepath.Join(dir, "changes.html")
				b, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, bytes.ReplaceAll(b, []byte(from), []byte(to)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			p.get("/changes", 200).has("<h1>Recent changes</h1>")
			rewrite("<h1>Recent changes", "<h1>What is new")
			p.get("/changes", 200).has("<h1>What is new</h1>")
			rewrite("Title", "Titel")
			p.get("/changes", 500).hasNot("What is new")
			rewrite("Titel", "Title")
			p.get("/changes", 200).has("<h1>What is new</h1>")
			rewrite(`"feed"`, `"no such route"`)
			p.get("/changes", 500).hasNot("What is new")
			p.get("/", 200)
		})
	}
}

func TestNoSuchEngine(t *testing.T) {
	if _, err := view.New("cobol", ""); err == nil || !strings.Contains(err.Error(), "jinja, template") {
		t.Errorf("got %v", err)
	}
	for _, name := range view.Engines() {
		if _, err := view.New(name, filepath.Join(t.TempDir(), "nowhere")); err == nil {
			t.Errorf("%s: no error for a folder that is not there", name)
		}
		if err := engine(t, name, "").Render(io.Discard, "nowhere", new(view.Data)); err == nil {
			t.Errorf("%s: no error for a template that is not there", name)
		}
	}
}
