package view

import (
	"html/template"
	"io"
	"io/fs"
)

// templates is the Renderer on html/template: layout.html is the frame, and every
// page fills its block "main". What is escaped is escaped by context.
type templates struct{ pages[*template.Template] }

func readTemplates(from fs.FS) (Renderer, error) {
	trusted := template.FuncMap{"trusted": func(h HTML) template.HTML { return template.HTML(h) }}
	frame, err := template.New(layout).Funcs(filters).Funcs(trusted).ParseFS(from, layout, partials)
	if err != nil {
		return nil, err
	}
	all, err := pagesOf(from, func(file string) (*template.Template, error) {
		return template.Must(frame.Clone()).ParseFS(from, file) // it has not been executed, so that it can be cloned
	})
	return templates{all}, err
}

// Render implements Renderer.
func (t templates) Render(w io.Writer, name string, data *Data) error {
	page, err := t.named(name)
	if err != nil {
		return err
	}
	return page.Execute(w, data)
}
