package form

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// A plan is what a struct type asks for.
type plan struct {
	fields []field
	values []int // index of a field of type Values, or nil
}

type field struct {
	name     string
	index    []int
	required bool
	secret   bool
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
	return c.addFields(p, t, t, nil)
}

// addFields adds the fields of t, at index of struct type owner, to p.
func (c planner) addFields(p *plan, owner, t reflect.Type, index []int) error {
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(index[:len(index):len(index)], i)
		tag, tagged := f.Tag.Lookup("form")
		switch {
		case f.Type == valuesType && f.IsExported():
			p.values = at
			continue
		case !tagged && f.Anonymous && f.Type.Kind() == reflect.Struct:
			if err := c.addFields(p, owner, f.Type, at); err != nil {
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

func (c planner) addField(p *plan, f reflect.StructField, tag string, index []int) error {
	name, options, _ := strings.Cut(tag, ",")
	made := field{name: name, index: index}
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
	for t.Kind() == reflect.Pointer && t != fileType {
		t = t.Elem()
	}
	if len(levels) == 0 {
		return t == fileType || t.Kind() == reflect.Slice && t.Elem() == fileType
	}
	switch {
	case t == fileType || isScalar(t):
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Map:
		return wantsFile(t.Elem(), levels[1:])
	case t.Kind() == reflect.Struct:
		if f := mustPlan(t).find(levels[0]); f != nil {
			return wantsFile(t.FieldByIndex(f.index).Type, levels[1:])
		}
	}
	return false
}
