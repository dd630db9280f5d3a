package mask

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

const (
	// maxLevels bounds how deep a value is walked: it may contain itself.
	maxLevels = 8
	// maxKeys is how many keys of one map are shown.
	maxKeys = 200
)

// Any formats v as %+v does, and masks it by the names of its fields and keys as
// well: once it is text, nobody can tell where a password of two words ends.
func (m *Masker) Any(where, name string, v any) string {
	w := &walker{m: m, where: where + " " + name}
	w.named(name, reflect.ValueOf(v), 0)
	return m.Text(where+" "+name, w.String())
}

// walker writes values.
type walker struct {
	strings.Builder
	m     *Masker
	where string
}

// named writes what goes by a name. What is hidden for its name is walked too,
// so that its parts are known.
func (w *walker) named(name string, v reflect.Value, level int) {
	v = within(v)
	if !tells(v) || !w.m.secretName(name) && !(v.Kind() == reflect.String && isCode(name, v.String())) {
		w.write(v, level)
		return
	}
	inner := &walker{m: w.m, where: w.where}
	inner.write(v, level)
	inner.learnParts(v, level)
	w.WriteString(w.m.hide(w.where, whyName, shorten(inner.String())))
}

// within is what an interface holds.
func within(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
	}
	return v
}

// tells reports whether a value can be a secret: not if it is a truth value, a
// time, or zero, which tell when a session ends or that there is no password.
func tells(v reflect.Value) bool {
	if !v.IsValid() || v.IsZero() || v.Kind() == reflect.Bool {
		return false
	}
	return v.Type() != reflect.TypeFor[time.Time]() && v.Type() != reflect.TypeFor[time.Duration]()
}

// learnParts learns the texts in a secret of several parts.
func (w *walker) learnParts(v reflect.Value, level int) {
	v = within(v)
	switch {
	case level > maxLevels:
	case v.Kind() == reflect.String:
		w.m.learn(whyName, v.String())
		if scheme, credentials, ok := strings.Cut(v.String(), " "); ok { // a field of an http.Header
			w.m.learnCredentials(scheme, credentials)
		}
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			if v.Kind() == reflect.Slice {
				w.m.learn(whyName, string(v.Bytes()))
			}
			return
		}
		for i := range min(v.Len(), maxKeys) {
			w.learnParts(v.Index(i), level+1)
		}
	case v.Kind() == reflect.Map:
		for i, it := 0, v.MapRange(); i < maxKeys && it.Next(); i++ {
			w.learnParts(it.Value(), level+1)
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			w.learnParts(v.Field(i), level+1)
		}
	}
}

// write writes v as %+v does. Pointers are followed at the top only, as there:
// what lies behind others may be changing right now.
func (w *walker) write(v reflect.Value, level int) {
	v = within(v)
	switch {
	case w.Len() > maxText:
	case level > maxLevels:
		w.WriteString("...")
	case w.cookie(v):
	case !v.IsValid() || hasMethods(v):
		w.leaf(v)
	case v.Kind() == reflect.Pointer && !v.IsNil():
		w.pointer(v, level)
	case v.Kind() == reflect.Struct:
		w.structure(v, level)
	case v.Kind() == reflect.Map && !v.IsNil():
		w.mapping(v, level)
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Array:
		w.list(v, level)
	default:
		w.leaf(v)
	}
}

func (w *walker) pointer(v reflect.Value, level int) {
	if level == 0 {
		switch v.Elem().Kind() {
		case reflect.Struct, reflect.Map, reflect.Slice, reflect.Array:
			w.WriteByte('&')
			w.write(v.Elem(), 1)
			return
		}
	}
	fmt.Fprintf(w, "%#x", v.Pointer())
}

// hasMethods reports whether a value has its own way of being printed.
func hasMethods(v reflect.Value) bool {
	if !v.CanInterface() {
		return false
	}
	switch v.Interface().(type) {
	case fmt.Formatter, error, fmt.Stringer:
		return true
	}
	return false
}

// leaf lets fmt print, which catches the panics of methods.
func (w *walker) leaf(v reflect.Value) {
	if !v.IsValid() {
		w.WriteString("<nil>")
		return
	}
	if v.Kind() == reflect.String && v.Len() > maxText && !hasMethods(v) {
		w.WriteString(shorten(v.String()))
		return
	}
	fmt.Fprintf(w, "%+v", v)
}

func (w *walker) structure(v reflect.Value, level int) {
	w.WriteByte('{')
	for i := range v.NumField() {
		if i > 0 {
			w.WriteByte(' ')
		}
		name := v.Type().Field(i).Name
		w.WriteString(name + ":")
		w.named(cmp.Or(pairName(v, name), name), v.Field(i), level+1)
	}
	w.WriteByte('}')
}

// mapping writes a map in the order of its keys' texts.
func (w *walker) mapping(v reflect.Value, level int) {
	type entry struct {
		name  string
		value reflect.Value
	}
	var entries []entry
	for it := v.MapRange(); len(entries) < maxKeys && it.Next(); {
		key := &walker{m: w.m, where: w.where}
		key.write(it.Key(), level+1)
		entries = append(entries, entry{key.String(), it.Value()})
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	w.WriteString("map[")
	for i, e := range entries {
		if i > 0 {
			w.WriteByte(' ')
		}
		w.WriteString(e.name + ":")
		w.named(e.name, e.value, level+1)
	}
	if v.Len() > len(entries) {
		w.WriteString(" ...")
	}
	w.WriteByte(']')
}

func (w *walker) list(v reflect.Value, level int) {
	w.WriteByte('[')
	for i := 0; i < v.Len() && w.Len() <= maxText; i++ {
		if i > 0 {
			w.WriteByte(' ')
		}
		if name := nameInList(v, i); name != "" {
			w.named(name, v.Index(i), level+1)
			continue
		}
		w.write(v.Index(i), level+1)
	}
	w.WriteByte(']')
}
