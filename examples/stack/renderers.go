package main

import (
	"embed"
	"html/template"
	"io"
	"io/fs"

	"github.com/flosch/pongo2/v6"
)

//go:embed templates
var templates embed.FS

var renderers = map[string]func() (Renderer, error){"template": newStandard, "pongo2": newPongo2}

// standard is html/template: each page is the layout with its own blocks.
type standard map[string]*template.Template

func newStandard() (Renderer, error) {
	pages := standard{}
	for _, name := range []string{"home", "note"} {
		page, err := template.ParseFS(templates, "templates/html/layout.html", "templates/html/"+name+".html")
		if err != nil {
			return nil, err
		}
		pages[name] = page
	}
	return pages, nil
}

func (s standard) Render(w io.Writer, name string, page *Page) error {
	return s[name].ExecuteTemplate(w, "layout.html", page)
}

// django is pongo2, which has the templates of Django: a page names the layout that it extends.
type django map[string]*pongo2.Template

func newPongo2() (Renderer, error) {
	from, err := fs.Sub(templates, "templates/pongo2")
	if err != nil {
		return nil, err
	}
	set := pongo2.NewSet("stack", pongo2.NewFSLoader(from))
	pages := django{}
	for _, name := range []string{"home", "note"} {
		if pages[name], err = set.FromFile(name + ".html"); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

func (d django) Render(w io.Writer, name string, page *Page) error {
	return d[name].ExecuteWriter(pongo2.Context{"page": page}, w)
}
