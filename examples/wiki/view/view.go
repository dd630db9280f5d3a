// Package view shows things: HTML from templates, with the same frame around
// every page. It knows the model's types and nothing of where they come from.
package view

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/static"
)

//go:embed assets templates
var files embed.FS

// Assets are the style sheet, the script and the icon.
func Assets() fs.FS {
	assets, err := fs.Sub(files, "assets")
	if err != nil {
		panic(err) // the name is a constant
	}
	return assets
}

// Renderer turns a template's name and data into HTML. Another engine is
// another Renderer.
type Renderer interface {
	Render(w io.Writer, name string, data *Data) error
}

// Data is what every template gets.
type Data struct {
	Page    // what is on it
	Site    string
	User    gangplank.Identity
	Can     Rights
	Flashes []gangplank.Flash
	request *http.Request
}

// Page is what a controller wants shown.
type Page struct {
	Title string // of the window
	Here  string // the wiki page that this is about, if any
	Tab   string // which of its tabs is open
	Query string // what was searched for
	Body  any    // the template's own
}

// Rights are what the user may do, so that nothing else is offered.
type Rights struct{ Edit, Admin, SignUp bool }

// URL is the address of a route, whatever the mount point.
func (d *Data) URL(route string, params ...any) (string, error) {
	return gangplank.URLFor(d.request, route, params...)
}

// Asset is the address of one of the Assets, good for ever.
func (d *Data) Asset(name string) string { return static.Path(d.request, name) }

// Views writes pages.
type Views struct {
	Renderer Renderer
	Site     string                       // the wiki's name
	Rights   func(r *http.Request) Rights // of who asks
}

// Page answers with a page. It is whole before a byte of it goes out. Messages
// are taken from the session at the last moment, so that none is lost with a
// page that failed.
func (v *Views) Page(w http.ResponseWriter, r *http.Request, status int, name string, page Page) error {
	c := gangplank.From(r)
	d := &Data{Page: page, Site: v.Site, User: c.User(), Can: v.Rights(r), Flashes: c.Session().Flashes(), request: r}
	var out bytes.Buffer
	if err := v.Renderer.Render(&out, name, d); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache, private")
	w.WriteHeader(status)
	_, err := w.Write(out.Bytes())
	return err
}

// Templates is the Renderer on html/template: layout.html is the frame, and every
// other file fills its block "main". What it escapes it escapes by context.
type Templates struct {
	pages map[string]*template.Template
	dir   string // read anew for each page; empty: pages
}

// NewTemplates parses the templates that are in the program or, for development,
// those in the folder dir, which are then read anew for every page.
func NewTemplates(dir string) (*Templates, error) {
	from, err := fs.Sub(files, "templates")
	if err != nil {
		return nil, err
	}
	if dir != "" {
		from = os.DirFS(dir)
	}
	pages, err := parse(from)
	return &Templates{pages, dir}, err
}

func parse(from fs.FS) (map[string]*template.Template, error) {
	layout, err := template.New("layout.html").Funcs(filters).ParseFS(from, "layout.html", "partials.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(from, "*.html")
	if err != nil {
		return nil, err
	}
	pages := make(map[string]*template.Template)
	for _, file := range names {
		if file == "layout.html" || file == "partials.html" {
			continue
		}
		page, err := template.Must(layout.Clone()).ParseFS(from, file)
		if err != nil {
			return nil, err
		}
		pages[strings.TrimSuffix(path.Base(file), ".html")] = page
	}
	return pages, nil
}

// Render implements Renderer.
func (t *Templates) Render(w io.Writer, name string, data *Data) error {
	pages := t.pages
	if t.dir != "" {
		var err error
		if pages, err = parse(os.DirFS(t.dir)); err != nil {
			return err
		}
	}
	page, ok := pages[name]
	if !ok {
		return fmt.Errorf("no template %q", name)
	}
	return page.Execute(w, data)
}

// filters are the templates' functions.
var filters = template.FuncMap{
	"when":    func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04") },
	"stamp":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"size":    size,
	"trusted": func(html string) template.HTML { return template.HTML(html) }, // what model.HTML made
}

func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1000_000:
		return fmt.Sprintf("%d kB", (n+500)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
