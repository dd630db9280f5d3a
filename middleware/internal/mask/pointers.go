package mask

import (
	"fmt"
	"reflect"
	"slices"
)

// pointerTo tells a pointer to a struct from that to its first field.
type pointerTo struct {
	address uintptr
	kind    reflect.Type
}

// pointer writes what a pointer leads to. Where it had led already, and where
// another goroutine may be at work, it writes the address as %+v does.
func (w *walker) pointer(v reflect.Value, level int) {
	here := pointerTo{v.Pointer(), v.Type()}
	if slices.Contains(w.path, here) || level > 0 && (!v.CanInterface() || shared(v.Type().Elem())) {
		fmt.Fprintf(w, "%#x", v.Pointer())
		return
	}
	w.path = append(w.path, here)
	w.WriteByte('&')
	w.write(v.Elem(), level+1)
	w.path = w.path[:len(w.path)-1]
}

// shared reports whether a type has a lock, or what else goroutines use to share
// it. A map that one of them writes to must not be read: the program would end.
// Neither is what unexported fields lead to looked at, for the same reason: their
// type knows who else does.
func shared(t reflect.Type) bool {
	if t.PkgPath() == "sync" || t.PkgPath() == "sync/atomic" {
		return true
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		f := t.Field(i).Type
		if f.Kind() == reflect.Pointer && f.Elem().PkgPath() == "sync" || shared(f) {
			return true
		}
	}
	return false
}
