package control_test

import (
	"bytes"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"github.com/gangplank-web/gangplank/examples/wiki/view"
)

// engines is a Renderer that lets every engine show each page, and reports where
// what they make of the same data is not the same document.
type engines struct {
	t     *testing.T
	all   []view.Renderer
	mu    sync.Mutex
	shown map[string]bool // templates
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

// document is a page's nodes in order, each with its depth and all that it says.
func document(t *testing.T, page []byte) (lines []string) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Error(err)
		return nil
	}
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if text := node(n); text != "" {
			lines = append(lines, strings.Repeat(" ", depth)+text)
		}
		for child := range n.ChildNodes() {
			walk(child, depth+1)
		}
	}
	walk(root, 0)
	return lines
}

// node shows one node: attributes in the order of their names, and white space as
// a browser would. Empty is what makes no difference.
func node(n *html.Node) string {
	switch n.Type {
	case html.ElementNode:
		var out strings.Builder
		out.WriteString("<" + n.Data)
		slices.SortFunc(n.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
		for _, a := range n.Attr {
			out.WriteString(" " + a.Key + "=" + a.Val)
		}
		return out.String()
	case html.TextNode:
		if slices.Contains([]string{"textarea", "pre", "code"}, n.Parent.Data) {
			return n.Data
		}
		text := strings.Join(strings.FieldsFunc(" "+n.Data+" ", isSpace), " ")
		if text == "" {
			return ""
		}
		return "“" + edge(n.Data[0]) + text + edge(n.Data[len(n.Data)-1]) + "”"
	}
	return n.Data // of the document, a doctype or a comment
}

// isSpace is what HTML collapses, and not what Unicode calls space.
func isSpace(r rune) bool { return strings.ContainsRune(" \t\r\n\f", r) }

// edge keeps that there is space between a text and its neighbour.
func edge(b byte) string {
	if isSpace(rune(b)) {
		return " "
	}
	return ""
}

func difference(t *testing.T, what string, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		g, w := append(got, "(the end)")[min(i, len(got))], append(want, "(the end)")[min(i, len(want))]
		if g != w {
			t.Errorf("%s: node %d after\n%s\nis %s\nwant %s", what, i, strings.Join(want[max(0, i-3):min(i, len(want))], "\n"), g, w)
			return
		}
	}
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
	alice.post("/pages/Plan", 200, "base", "0", "text", "\n  [[Category:Gangplank]] `a  b` & <b>c</b>", "comment", "“why” <now>")
	alice.post("/pages/Plan", 200, "base", "1", "text", "one\n\n  two & <three>")
	alice.attach("/pages/Plan/files", 200, "plan 'n' <b>.png", []byte("x"))
	alice.post("/pages/Plan", 409, "base", "1", "text", "one\n\n  two")
	alice.post("/pages/Plan", 200, "base", "2", "text", "*kept*", "do", "draft")
	for path, status := range map[string]int{
		"/": 200, "/pages/Plan": 200, "/pages/Plan/revisions/1": 200, "/pages/Plan/history": 200, "/pages/Plan/diff?to=2": 200, "/pages/Plan/about": 200,
		"/pages/Plan/edit": 200, "/pages/Nowhere": 404, "/pages/Category:Gangplank": 200, "/search": 200, "/search?q=plan": 200, "/search?q=nothing-like-it": 200,
		"/changes": 200, "/index": 200, "/admin": 200,
	} {
		alice.get(path, status)
		if path != "/admin" && path != "/pages/Plan/edit" {
			nobody.get(path, status)
		}
	}
	nobody.get("/login", 200)
	nobody.post("/login", 401, "username", "alice", "password", "wrong")

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
	if got := slices.Sorted(maps.Keys(all.shown)); !slices.Equal(got, want) {
		t.Errorf("got %v, want all of %v", got, want)
	}
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
