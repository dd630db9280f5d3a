package mask

import (
	"reflect"
	"strings"
	"time"
)

// within is what an interface holds.
func within(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
	}
	return v
}

// behind is what an interface holds, or a pointer leads to.
func behind(v reflect.Value) reflect.Value {
	if v = within(v); v.Kind() == reflect.Pointer && !v.IsNil() {
		v = within(v.Elem())
	}
	return v
}

// text is a string, or that to which a pointer leads, or "".
func text(v reflect.Value) string {
	if v = behind(v); v.Kind() != reflect.String {
		return ""
	}
	return v.String()
}

// tells reports whether a value can be a secret: not if it is a truth value, a
// time, or zero, which tell when a session ends or that there is no password.
func tells(v reflect.Value) bool {
	v = behind(v)
	if !v.IsValid() || v.IsZero() || v.Kind() == reflect.Bool {
		return false
	}
	return v.Type() != reflect.TypeFor[time.Time]() && v.Type() != reflect.TypeFor[time.Duration]()
}

// learnParts learns the texts in a secret of several parts.
func (w *walker) learnParts(v reflect.Value, level int) {
	if w.nodes++; w.nodes > maxNodes || level > maxLevels {
		return
	}
	switch v = within(v); v.Kind() {
	case reflect.String:
		w.m.learn(whyName, v.String())
		if scheme, credentials, ok := strings.Cut(v.String(), " "); ok { // a field of an http.Header
			w.m.learnCredentials(scheme, credentials)
		}
	case reflect.Pointer:
		if !v.IsNil() && v.CanInterface() {
			w.learnParts(v.Elem(), level+1)
		}
	case reflect.Slice, reflect.Array:
		if isBytes(v) {
			w.m.learn(whyName, string(bytesOf(v, maxText)))
			return
		}
		for i := range min(v.Len(), maxKeys) {
			w.learnParts(v.Index(i), level+1)
		}
	case reflect.Map:
		for i, it := 0, v.MapRange(); i < maxKeys && it.Next(); i++ {
			w.learnParts(it.Value(), level+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			w.learnParts(v.Field(i), level+1)
		}
	}
}
