package view

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
)

// Renderer turns a template's name and data into HTML. The data is the same for
// every Renderer; what is HTML already has the type HTML, and whatever else is
// text is escaped.
type Renderer interface {
	Render(w io.Writer, name string, data *Data) error
}

// engine is a language of templates: how a folder of them becomes a Renderer, and
// which of the program's folders is written in it.
type engine struct {
	folder string
	read   func(fs.FS) (Renderer, error)
}

var engines = map[string]engine{"template": {"templates", readTemplates}, "jinja": {"jinja", readJinja}}

// Engines are the names that New knows.
func Engines() []string { return slices.Sorted(maps.Keys(engines)) }

// New returns the Renderer of an engine for the templates that are in the program
// or, for development, for those in the folder dir, which are then read anew for
// every page.
func New(name, dir string) (Renderer, error) {
	e, ok := engines[name]
	if !ok {
		return nil, fmt.Errorf("view: no engine %q; there are %s", name, strings.Join(Engines(), ", "))
	}
	if dir != "" {
		from := os.DirFS(dir)
		_, err := e.read(from)
		return anew{e, from}, err
	}
	from, err := fs.Sub(files, e.folder)
	if err != nil {
		return nil, err
	}
	return e.read(from)
}

// anew is a Renderer whose templates may change at any time.
type anew struct {
	engine
	from fs.FS
}

func (a anew) Render(w io.Writer, name string, data *Data) error {
	now, err := a.read(a.from)
	if err != nil {
		return err
	}
	return now.Render(w, name, data)
}

// The files of a folder that are no page of their own: the frame around every
// page, and what several pages have in common.
const (
	layout   = "layout.html"
	partials = "partials.html"
)

// pages are the templates of a folder by the names that controllers know. One is
// parsed when it is shown for the first time: a CGI process shows one of them all.
type pages[T any] map[string]func() (T, error)

func pagesOf[T any](from fs.FS, parse func(file string) (T, error)) (pages[T], error) {
	names, err := fs.Glob(from, "*.html")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 { // a folder that is not there is no error for Glob
		return nil, errors.New("there are no templates")
	}
	all := make(pages[T])
	for _, file := range names {
		if file != layout && file != partials {
			all[strings.TrimSuffix(file, path.Ext(file))] = sync.OnceValues(func() (T, error) { return parse(file) })
		}
	}
	return all, nil
}

func (p pages[T]) named(name string) (page T, err error) {
	parsed, ok := p[name]
	if !ok {
		return page, fmt.Errorf("no template %q", name)
	}
	return parsed()
}
