package form

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A plan is what a struct type asks for.
type plan struct {
	fields   []field
	values   []int   // index of a field of type Values, or nil
	embedded [][]int // indices of structs that are embedded by pointer, outer ones first
}

type field struct {
	name     string
	index    []int
	typ      reflect.Type
	required bool
	secret   bool
	group    bool
}

var (
	fileType   = reflect.TypeFor[*File]()
	valuesType = reflect.TypeFor[Values]()

	plans sync.Map // reflect.Type -> *plan; types of the program, not of requests
)

// planOf returns the plan of struct type t, once all types below it are known to
// be supported.
func planOf(t reflect.Type) (*plan, error) {
	if p, ok := plans.Load(t); ok {
		return p.(*plan), nil
	}
	c := planner{seen: make(map[reflect.Type]*plan)}
	if err := c.plan(t); err != nil {
		return nil, err
	}
	for t, p := range c.seen {
		plans.Store(t, p)
	}
	return c.seen[t], nil
}

// mustPlan is planOf of a type below one that was checked.
func mustPlan(t reflect.Type) *plan {
	p, err := planOf(t)
	if err != nil {
		panic(err)
	}
	return p
}

// find returns the field of that name, or nil.
func (p *plan) find(name string) *field {
	for i := range p.fields {
		if p.fields[i].name == name {
			return &p.fields[i]
		}
	}
	return nil
}

// planner keeps the plans of one walk, which may meet a type again below itself.
type planner struct{ seen map[reflect.Type]*plan }

func (c planner) plan(t reflect.Type) error {
	if c.seen[t] != nil {
		return nil
	}
	p := new(plan)
	c.seen[t] = p
	return c.addFields(p, []reflect.Type{t}, nil)
}

// addFields adds to p the fields of the last type of path, each of which is
// embedded in the one before it, at index of the first.
func (c planner) addFields(p *plan, path []reflect.Type, index []int) error {
	owner, t := path[0], path[len(path)-1]
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(index[:len(index):len(index)], i)
		tag, tagged := f.Tag.Lookup("form")
		switch {
		case f.Type == valuesType && f.IsExported():
			p.values = at
			continue
		case !tagged && f.Anonymous:
			if err := c.addEmbedded(p, path, f, at); err != nil {
				return err
			}
			continue
		case !tagged || tag == "-":
			continue
		}
		if err := c.addField(p, f, tag, at); err != nil {
			return fmt.Errorf("form: field %s of %v: %w", f.Name, owner, err)
		}
	}
	return nil
}

// addEmbedded adds the fields that f lends, if it is a struct or a pointer to one.
func (c planner) addEmbedded(p *plan, path []reflect.Type, f reflect.StructField, index []int) error {
	t, pointer := f.Type, f.Type.Kind() == reflect.Pointer
	if pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || slices.Contains(path, t) { // within itself: it has its fields already
		return nil
	}
	lent := plan{fields: p.fields, values: p.values}
	if err := c.addFields(&lent, append(path[:len(path):len(path)], t), index); err != nil {
		return err
	}
	if pointer && (len(lent.fields) > len(p.fields) || !slices.Equal(lent.values, p.values)) {
		if !f.IsExported() {
			return fmt.Errorf("form: %v embeds a pointer to %v, which is not exported: embed the struct itself", path[0], t)
		}
		p.embedded = append(p.embedded, index)
	}
	p.fields, p.values, p.embedded = lent.fields, lent.values, append(p.embedded, lent.embedded...)
	return nil
}

// embed makes the structs that v embeds by pointer, so that they are like those
// which it has in itself; also for a Validate method of theirs, which it then has.
func (p *plan) embed(v reflect.Value) {
	for _, index := range p.embedded {
		if at := v.FieldByIndex(index); at.IsNil() {
			at.Set(reflect.New(at.Type().Elem()))
		}
	}
}

func (c planner) addField(p *plan, f reflect.StructField, tag string, index []int) error {
	name, options, _ := strings.Cut(tag, ",")
	made := field{name: name, index: index, typ: f.Type, group: isGroup(f.Type)}
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "":
		case "required":
			made.required = true
		case "secret":
			made.secret = true
		default:
			return fmt.Errorf("unknown option %q in the form tag", option)
		}
	}
	switch {
	case !f.IsExported():
		return fmt.Errorf("has a form tag but is not exported")
	case name == "" || strings.ContainsAny(name, ".[]"):
		return fmt.Errorf("invalid name %q in the form tag", name)
	case p.find(name) != nil:
		return fmt.Errorf("the name %q is taken", name)
	}
	p.fields = append(p.fields, made)
	return c.check(f.Type)
}

// isGroup reports whether t is a struct with fields of the form.
func isGroup(t reflect.Type) bool { return t.Kind() == reflect.Struct && !isScalar(t) }

// check reports types that cannot be filled.
func (c planner) check(t reflect.Type) error {
	if t == fileType || isScalar(t) {
		return nil
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return c.check(t.Elem())
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return c.check(t.Elem())
		}
	case reflect.Struct:
		if t != fileType.Elem() {
			return c.plan(t)
		}
	}
	return fmt.Errorf("type %v cannot be filled from a form", t)
}

// wantsFile reports whether the name of these levels is a *File or a list of
// them in t.
func wantsFile(t reflect.Type, levels []string) bool {
	for _, level := range levels {
		t, _ = below(t, level)
	}
	t = pointee(t)
	return t == fileType || t != nil && t.Kind() == reflect.Slice && t.Elem() == fileType
}

// below returns the type of what stands for one level more in a t, or nil, and
// whether the program calls that secret.
func below(t reflect.Type, level string) (elem reflect.Type, secret bool) {
	t = pointee(t)
	switch {
	case t == nil || t == fileType:
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Map:
		return t.Elem(), false
	case t.Kind() == reflect.Struct:
		p, ok := plans.Load(t) // no scalar has one
		if !ok {
			return nil, false
		}
		if f := p.(*plan).find(level); f != nil {
			return f.typ, f.secret
		}
	}
	return nil, false
}

// pointee is what a t is or points to.
func pointee(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer && t != fileType {
		t = t.Elem()
	}
	return t
}
