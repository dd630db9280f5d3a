package form

import (
	"reflect"
	"slices"
)

// Values is what was typed into a form, by name: for showing it again when
// something was wrong. A struct gets it in a field of this type. It holds no files, and
// nothing of fields with the option secret, as a page must not send a password back.
//
//	<input name="email" value="{{.Form.Typed.Get "email"}}">
//	<input type="checkbox" name="tags" value="go" {{if .Form.Typed.Has "tags" "go"}}checked{{end}}>
//
// What it returns is as the client sent it: html/template escapes it.
type Values map[string][]string

// Get returns the first value for name, or "".
func (v Values) Get(name string) string {
	if texts := v.All(name); len(texts) > 0 {
		return texts[0]
	}
	return ""
}

// All returns the values for name.
func (v Values) All(name string) []string { return v[canonical(name)] }

// Has reports whether value is among those for name: for checkboxes and options.
func (v Values) Has(name, value string) bool { return slices.Contains(v.All(name), value) }

// collect adds the texts below n, which is for a t.
func (v Values) collect(n *node, t reflect.Type, name string) {
	if len(n.texts) > 0 {
		v[name] = append(v[name], n.texts...)
	}
	for level, kid := range n.kids {
		if elem, secret := below(t, level); !secret {
			v.collect(kid, elem, join(name, level))
		}
	}
}

// join appends a level to a canonical name.
func join(name, level string) string {
	if name == "" {
		return level
	}
	return name + "." + level
}
