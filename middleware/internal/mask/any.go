package mask

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

const (
	// maxLevels bounds how deep a value is walked.
	maxLevels = 8
	// maxKeys is how many keys of one map are shown.
	maxKeys = 200
	// maxNodes is how many values in a value are looked at: a list that contains
	// itself some times has more at each level.
	maxNodes = 20_000
)

// Any formats v as %+v does, but follows pointers and shows bytes that are text as
// text, and masks it by the names of its fields and keys as well: once it is text,
// nobody can tell where a password of two words ends.
func (m *Masker) Any(where, name string, v any) string {
	w := &walker{walk: &walk{m: m, where: where + " " + name}}
	w.named(name, reflect.ValueOf(v), 0)
	return m.Text(where+" "+name, w.String())
}

// walk is one through a value with all that it contains.
type walk struct {
	m     *Masker
	where string
	nodes int         // that were looked at
	path  []pointerTo // that led here: one of them again is a circle
}

// walker writes values.
type walker struct {
	strings.Builder
	*walk
}

// part is a walker for what is to be a text of its own.
func (w *walker) part() *walker { return &walker{walk: w.walk} }

// named writes what goes by a name. What is hidden for its name is walked too,
// so that its parts are known.
func (w *walker) named(name string, v reflect.Value, level int) {
	v = within(v)
	if s := text(v); !tells(v) || !w.m.secretBy(name, s) && !isCode(name, s) {
		w.write(v, level)
		return
	}
	inner := w.part()
	inner.write(v, level)
	inner.learnParts(v, level)
	w.WriteString(w.m.hide(w.where, whyName, shorten(inner.String())))
}

// write writes v as %+v does.
func (w *walker) write(v reflect.Value, level int) {
	w.nodes++
	v = within(v)
	switch {
	case w.Len() > maxText:
	case level > maxLevels || w.nodes > maxNodes:
		w.WriteString("...")
	case w.cookie(v), w.logValue(v, level):
	case hasMethods(v):
		w.printed(v)
	case v.Kind() == reflect.Pointer && !v.IsNil():
		w.pointer(v, level)
	case v.Kind() == reflect.Struct:
		w.structure(v, level)
	case v.Kind() == reflect.Map && !v.IsNil():
		w.mapping(v, level)
	case isBytes(v) && v.Len() > 0:
		w.bytes(v)
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Array:
		w.list(v, level)
	case !v.IsValid():
		w.WriteString("<nil>")
	case v.Kind() == reflect.String:
		w.WriteString(shorten(v.String()))
	default:
		fmt.Fprintf(w, "%+v", v)
	}
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
		key := w.part()
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
