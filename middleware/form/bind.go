package form

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
)

// A binder fills a struct from a tree and gathers what is wrong.
type binder struct {
	root          *node
	refuseUnknown bool
	errs          Errors
	failed        error // of a Validate method that could not check
}

// bindStruct fills the fields of v that were sent, then lets v check itself.
func (b *binder) bindStruct(v reflect.Value, n *node, name string) {
	before := len(b.errs)
	p := mustPlan(v.Type())
	p.embed(v)
	for _, f := range p.fields {
		kid, at := n.kids[f.name], join(name, f.name)
		switch {
		case f.required && kid.blank():
			b.errs.add(at, CodeRequired, "is required")
		case kid != nil:
			b.bind(v.FieldByIndex(f.index), kid, at)
		case f.group:
			b.bindStruct(v.FieldByIndex(f.index), &nothing, at)
		}
	}
	if b.refuseUnknown {
		b.findUnknown(p, n, name)
	}
	if len(b.errs) == before && b.failed == nil {
		b.validate(v, name)
	}
}

func (b *binder) findUnknown(p *plan, n *node, name string) {
	for _, level := range slices.Sorted(maps.Keys(n.kids)) {
		if p.find(level) == nil {
			b.errs.add(join(name, level), CodeUnknown, "is not a field of this form")
		}
	}
}

// bind fills v, of any supported type, from what was sent under name.
func (b *binder) bind(v reflect.Value, n *node, name string) {
	t := v.Type()
	switch {
	case n.again:
		b.errs.add(name, CodeDuplicate, "was sent more than once")
	case n.blank() && !n.group():
		b.bindNothing(v, name)
	case t == fileType:
		b.bindFile(v, n, name)
	case t.Kind() == reflect.Pointer:
		if elem, ok := b.bindNew(t.Elem(), n, name); ok {
			v.Set(elem.Addr())
		}
	case isScalar(t):
		b.bindScalar(v, n, name)
	case t.Kind() == reflect.Slice:
		b.bindSlice(v, n, name)
	case n.file || len(n.texts) > 0 || n.kind == kindList: // by now, t is a map or a struct
		b.errs.add(name, CodeInvalid, "must be a group of fields")
	case t.Kind() == reflect.Map:
		b.bindMap(v, n, name)
	default:
		b.bindStruct(v, n, name)
	}
}

// bindNothing empties v. A struct's own fields may be required nevertheless: else a
// client could leave out the whole group where it must not leave out a part.
func (b *binder) bindNothing(v reflect.Value, name string) {
	v.SetZero()
	if isGroup(v.Type()) {
		b.bindStruct(v, &nothing, name)
	}
}

// bindNew binds a new value of type t. It is not ok if it was wrong and nothing in it
// is filled: a zero that nobody sent must not look like a value.
func (b *binder) bindNew(t reflect.Type, n *node, name string) (elem reflect.Value, ok bool) {
	before := len(b.errs)
	elem = reflect.New(t).Elem()
	b.bind(elem, n, name)
	return elem, len(b.errs) == before || !elem.IsZero()
}

func (b *binder) bindScalar(v reflect.Value, n *node, name string) {
	switch {
	case n.file:
		b.errs.add(name, CodeInvalid, "must not be a file")
	case len(n.kids) > 0 || n.group():
		b.errs.add(name, CodeInvalid, "must be a single value")
	case len(n.texts) > 1:
		b.errs.add(name, CodeDuplicate, "was sent more than once")
	default:
		if wrong := setScalar(v, n.texts[0], n.kind); wrong != "" {
			b.errs.add(name, CodeInvalid, wrong)
		}
	}
}

func (b *binder) bindFile(v reflect.Value, n *node, name string) {
	switch {
	case len(n.files) == 0 || len(n.texts) > 0 || len(n.kids) > 0:
		b.errs.add(name, CodeInvalid, "must be a file")
	case len(n.files) > 1:
		b.errs.add(name, CodeDuplicate, "was sent more than once")
	default:
		f := n.files[0] // a copy, which is the program's own
		v.Set(reflect.ValueOf(&f))
	}
}

// bindSlice appends single values first, then those that came with an index. One that
// is wrong is a zero value, so that the others keep their places.
func (b *binder) bindSlice(v reflect.Value, n *node, name string) {
	v.SetZero()
	if n.kind != kindText && n.kind != kindList {
		b.errs.add(name, CodeInvalid, "must be a list")
		return
	}
	for i := range n.files {
		b.bindElem(v, &node{files: n.files[i : i+1], file: true}, join(name, strconv.Itoa(i)))
	}
	for i, text := range n.texts {
		b.bindElem(v, &node{texts: []string{text}, kind: n.kind}, join(name, strconv.Itoa(i)))
	}
	for _, level := range b.indices(n, name) {
		b.bindElem(v, n.kids[level], join(name, level))
	}
	if n.file && len(n.files) == 0 {
		b.errs.add(name, CodeInvalid, "must not be a file")
	}
}

func (b *binder) bindElem(v reflect.Value, n *node, name string) {
	elem, _ := b.bindNew(v.Type().Elem(), n, name)
	v.Set(reflect.Append(v, elem))
}

// indices returns the levels below n that are indices, in their order.
func (b *binder) indices(n *node, name string) []string {
	var order []int
	for level := range n.kids {
		i, err := strconv.Atoi(level)
		if err != nil || i < 0 || strconv.Itoa(i) != level { // 1 and 01 would be one
			b.errs.add(name, CodeInvalid, "must be a list")
			return nil
		}
		order = append(order, i)
	}
	slices.Sort(order)
	levels := make([]string, len(order))
	for i, index := range order {
		levels[i] = strconv.Itoa(index)
	}
	return levels
}

func (b *binder) bindMap(v reflect.Value, n *node, name string) {
	t := v.Type()
	v.Set(reflect.MakeMapWithSize(t, len(n.kids)))
	for _, level := range slices.Sorted(maps.Keys(n.kids)) {
		if elem, ok := b.bindNew(t.Elem(), n.kids[level], join(name, level)); ok {
			v.SetMapIndex(reflect.ValueOf(level).Convert(t.Key()), elem)
		}
	}
}

// validate calls v's own method, if it has one.
func (b *binder) validate(v reflect.Value, name string) {
	checker, ok := v.Addr().Interface().(interface{ Validate() error })
	if !ok {
		return
	}
	err := checker.Validate()
	var wrong Errors
	if !errors.As(err, &wrong) {
		b.failed = err
		return
	}
	for _, f := range wrong {
		at := name
		if f.Name != "" {
			at = join(name, f.Name)
		}
		b.errs.add(at, f.Code, f.Text)
	}
}

// setValues fills the field of type Values, if v has one.
func (b *binder) setValues(v reflect.Value) {
	if p := mustPlan(v.Type()); p.values != nil {
		typed := make(Values)
		typed.collect(b.root, v.Type(), "")
		v.FieldByIndex(p.values).Set(reflect.ValueOf(typed))
	}
}
