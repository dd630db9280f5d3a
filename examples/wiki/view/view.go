// Package view shows things: HTML from templates, with the same frame around
// every page. It knows the model's types and nothing of where they come from.
package view

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/static"
)

//go:embed assets templates jinja
var files embed.FS

// Assets are the style sheet, the script and the icon.
func Assets() fs.FS {
	assets, err := fs.Sub(files, "assets")
	if err != nil {
		panic(err) // the name is a constant
	}
	return assets
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
type Rights struct{ Edit, Admin bool }

// URL is the address of a route, whatever the mount point.
func (d *Data) URL(route string, params ...any) (string, error) {
	return gangplank.URLFor(d.request, route, params...)
}

// Asset is the address of one of the Assets, good for ever.
func (d *Data) Asset(name string) string { return static.Path(d.request, name) }

// Views writes pages.
type Views struct {
	Renderer Renderer
	Site     string // the wiki's name

	// Rights returns what the user may do; title is that of the wiki page, or "".
	Rights func(r *http.Request, title string) (Rights, error)
}

// Page answers with a page. It is whole before a byte of it goes out. Messages
// are taken from the session at the last moment, so that none is lost with a
// page that failed.
func (v *Views) Page(w http.ResponseWriter, r *http.Request, status int, name string, page Page) error {
	may, err := v.Rights(r, page.Here)
	if err != nil {
		return err
	}
	c := gangplank.From(r)
	d := &Data{Page: page, Site: v.Site, User: c.User(), Can: may, Flashes: c.Session().Flashes(), request: r}
	var out bytes.Buffer
	if err := v.Renderer.Render(&out, name, d); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache, private")
	w.WriteHeader(status)
	_, err = w.Write(out.Bytes())
	return err
}
