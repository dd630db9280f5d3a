package mask

import (
	"net/http"
	"reflect"
	"strings"
)

// What is written as a name beside a value is masked by that name, as if it were
// a field or a key.

// cookie writes a cookie as its method String does, and reports whether v is one.
func (w *walker) cookie(v reflect.Value) bool {
	if !v.IsValid() || !v.CanInterface() {
		return false
	}
	c, ok := v.Interface().(*http.Cookie)
	if plain, isPlain := v.Interface().(http.Cookie); isPlain {
		c, ok = &plain, true
	}
	if !ok || c == nil {
		return false
	}
	_, attributes, _ := strings.Cut(c.String(), "=")
	if at := strings.IndexByte(attributes, ';'); at >= 0 { // the value has none
		attributes = attributes[at:]
	} else {
		attributes = ""
	}
	w.WriteString(c.Name + "=" + w.m.Cookie(c.Name, c.Value) + attributes)
	return true
}

// pairName is the name that the field Value goes by, in a struct that has one
// beside it in Name or Key; or "".
func pairName(v reflect.Value, field string) string {
	if field != "Value" {
		return ""
	}
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; name == "Name" || name == "Key" {
			return text(v.Field(i)) // or a pointer to one, as in Amazon's types
		}
	}
	return ""
}

// nameInList is the name that an element of a list goes by: in an array of two, or
// in arguments like those of slog, names and values by turns.
func nameInList(v reflect.Value, i int) string {
	if i%2 == 0 || v.Len()%2 != 0 {
		return ""
	}
	pair := v.Kind() == reflect.Array && v.Len() == 2
	if !pair && v.Type().Elem().Kind() != reflect.Interface {
		return ""
	}
	name := within(v.Index(i - 1))
	if !name.IsValid() || name.Kind() != reflect.String || name.Len() > maxName || !identifier(name.String()) {
		return ""
	}
	return name.String()
}
