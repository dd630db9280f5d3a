package view

import (
	"fmt"
	"io"
	"io/fs"
	"reflect"

	"github.com/nikolalohinski/gonja/v2/builtins"
	"github.com/nikolalohinski/gonja/v2/config"
	"github.com/nikolalohinski/gonja/v2/exec"
	"github.com/nikolalohinski/gonja/v2/loaders"
	"github.com/nikolalohinski/gonja/v2/parser"
)

// jinja is the Renderer on gonja, which has the language of Jinja: each page
// extends layout.html and fills its block "main". The data is called page.
//
// It escapes every string, and nothing else: a template must not print a list
// whole. It knows no contexts: an attribute needs its quotes, and what is put into
// a href has to be an address already, as Data.URL makes them.
type jinja struct{ pages[*exec.Template] }

func readJinja(from fs.FS) (Renderer, error) {
	sources, err := sourcesOf(from)
	if err != nil {
		return nil, err
	}
	loader, err := loaders.NewMemoryLoader(sources)
	if err != nil {
		return nil, err
	}
	cfg := config.New()
	cfg.AutoEscape = true
	cfg.StrictUndefined = true // a name that is wrong is an error, as it is in html/template
	env, err := environment()
	if err != nil {
		return nil, err
	}
	all, err := pagesOf(from, func(file string) (*exec.Template, error) {
		return exec.NewTemplate("/"+file, cfg, loader, env)
	})
	return jinja{all}, err
}

// sourcesOf reads a folder, since gonja parses partials when they are used. Its
// loader wants names that begin with a slash.
func sourcesOf(from fs.FS) (map[string]string, error) {
	names, err := fs.Glob(from, "*.html")
	if err != nil {
		return nil, err
	}
	sources := make(map[string]string)
	for _, file := range names {
		text, err := fs.ReadFile(from, file)
		if err != nil {
			return nil, err
		}
		sources["/"+file] = string(text)
	}
	return sources, nil
}

// environment has what the templates use, and no more. It is tempting to take all
// that gonja has, but that includes the filter "safe" and the tag "autoescape".
func environment() (*exec.Environment, error) {
	tags := make(map[string]parser.ControlStructureParser)
	for _, name := range []string{"block", "extends", "for", "from", "if", "macro"} {
		tag, ok := builtins.ControlStructures.Get(name)
		if !ok {
			return nil, fmt.Errorf("gonja has no tag %q", name)
		}
		tags[name] = tag
	}
	chosen := map[string]exec.FilterFunction{"trusted": trusted}
	for name, f := range filters {
		chosen[name] = asFilter(reflect.ValueOf(f))
	}
	return &exec.Environment{
		Context: exec.EmptyContext(), Filters: exec.NewFilterSet(chosen), ControlStructures: exec.NewControlStructureSet(tags),
		Tests: exec.NewTestSet(nil), Methods: builtins.Methods,
	}, nil
}

// asFilter makes one of the filters gonja's. Like html/template it follows a
// pointer, and takes no value of another type.
func asFilter(f reflect.Value) exec.FilterFunction {
	return func(_ *exec.Evaluator, in *exec.Value, _ *exec.VarArgs) *exec.Value {
		arg := reflect.Indirect(in.Val)
		if want := f.Type().In(0); !arg.IsValid() || !arg.Type().AssignableTo(want) {
			return exec.AsValue(fmt.Errorf("the filter is for %s", want))
		}
		return exec.AsValue(f.Call([]reflect.Value{arg})[0].Interface())
	}
}

func trusted(_ *exec.Evaluator, in *exec.Value, _ *exec.VarArgs) *exec.Value {
	h, ok := in.Interface().(HTML)
	if !ok {
		return exec.AsValue(fmt.Errorf("the filter is for %T", h))
	}
	return exec.AsSafeValue(string(h))
}

// Render implements Renderer.
func (j jinja) Render(w io.Writer, name string, data *Data) error {
	page, err := j.named(name)
	if err != nil {
		return err
	}
	return page.Execute(w, exec.NewContext(map[string]any{"page": data}))
}
