package mask

import (
	"fmt"
	"log/slog"
	"reflect"
	"time"
)

// Values may print themselves, by methods that nobody here knows: they panic, and
// wait for a lock that the handler has held when it failed.

// maxWait is how long a method may take.
const maxWait = 5 * time.Second

// hasMethods reports whether a value has its own way of being printed.
func hasMethods(v reflect.Value) bool {
	if !v.IsValid() || !v.CanInterface() {
		return false
	}
	switch v.Interface().(type) {
	case fmt.Formatter, error, fmt.Stringer:
		return true
	}
	return false
}

// printed lets fmt print, which catches panics.
func (w *walker) printed(v reflect.Value) {
	text, ok := call(w.m, func() string { return fmt.Sprintf("%+v", v) })
	if !ok {
		text = v.Type().String() + "(whose method does not return)"
	}
	w.WriteString(shorten(text))
}

// logValue writes what a value has itself be logged as, and reports whether it is
// one that does: a type that leaves out its secrets there wants them nowhere.
func (w *walker) logValue(v reflect.Value, level int) bool {
	if !v.IsValid() || !v.CanInterface() || v.Kind() == reflect.Pointer && v.IsNil() {
		return false
	}
	switch own := v.Interface().(type) {
	case slog.Value:
		w.slogValue(own, level)
	case slog.LogValuer:
		// Resolve catches panics, and ends when one value always leads to another.
		resolved, ok := call(w.m, slog.AnyValue(own).Resolve)
		if !ok {
			w.WriteString(v.Type().String() + "(whose method does not return)")
			return true
		}
		w.slogValue(resolved, level)
	default:
		return false
	}
	return true
}

// slogValue writes a group as if it were a struct.
func (w *walker) slogValue(v slog.Value, level int) {
	if v.Kind() != slog.KindGroup {
		w.write(reflect.ValueOf(v.Any()), level+1)
		return
	}
	w.WriteByte('{')
	for i, a := range v.Group() {
		if i > 0 {
			w.WriteByte(' ')
		}
		w.WriteString(a.Key + ":")
		value := a.Value.Any()
		if a.Value.Kind() == slog.KindGroup {
			value = a.Value
		}
		w.named(a.Key, reflect.ValueOf(value), level+1)
	}
	w.WriteByte('}')
}

// call calls a method, and does not wait for ever: one that does not return keeps
// its goroutine, but not the page, and is the last that is called.
func call[T any](m *Masker, method func() T) (result T, ok bool) {
	if m.stuck {
		return result, false
	}
	done := make(chan T, 1)
	go func() {
		defer close(done) // also if it calls runtime.Goexit
		done <- method()
	}()
	late := time.NewTimer(maxWait)
	defer late.Stop()
	select {
	case result, ok = <-done:
	case <-late.C:
		m.stuck = true
	}
	return result, ok
}
