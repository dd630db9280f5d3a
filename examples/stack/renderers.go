package main

import (
	"embed"
	"html/template"
	"io"

	"github.com/nikolalohinski/gonja/v2"
	"github.com/nikolalohinski/gonja/v2/config"
	"github.com/nikolalohinski/gonja/v2/exec"
	"github.com/nikolalohinski/gonja/v2/loaders"
)

//go:embed templates
var templates embed.FS

var renderers = map[string]func() (Renderer, error){"template": newStandard, "jinja": newJinja}

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

// jinja is gonja, which has the templates of Jinja: a page names the layout that it extends.
type jinja map[string]*exec.Template

func newJinja() (Renderer, error) {
	sources := make(map[string]string) // a loader of embedded files does not find what a page extends
	for _, file := range []string{"/layout.html", "/home.html", "/note.html"} {
		text, err := templates.ReadFile("templates/jinja" + file)
		if err != nil {
			return nil, err
		}
		sources[file] = string(text)
	}
	from, err := loaders.NewMemoryLoader(sources)
	if err != nil {
		return nil, err
	}
	cfg := config.New()
	cfg.AutoEscape = true // which is not its default
	pages := jinja{}
	for _, name := range []string{"home", "note"} {
		if pages[name], err = exec.NewTemplate("/"+name+".html", cfg, from, gonja.DefaultEnvironment); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

func (j jinja) Render(w io.Writer, name string, page *Page) error {
	return j[name].Execute(w, exec.NewContext(map[string]any{"page": page}))
}
