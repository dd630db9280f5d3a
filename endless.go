package gangplank

import (
	"errors"
	"fmt"
	"reflect"
)

// maxErrors bounds an error's tree of causes: whole trees are small.
const maxErrors = 1000

// Finite returns err, or, if nobody could look into it, an error that has its text
// and nothing below: an error that is its own cause hangs errors.Is and errors.As,
// and the methods Unwrap and Is of a nil pointer may panic. [Fail] and
// [Context.SetFailure] see to it; layers that recover from panics have to.
func Finite(err error) (finite error) {
	defer func() {
		if recover() != nil {
			finite = &cutError{err}
		}
	}()
	if room := maxErrors; endless(err, &room) || errors.Is(err, errUnasked) {
		return &cutError{err}
	}
	return err
}

// errUnasked is no error's cause: to look for it asks each method Is once.
var errUnasked = errors.New("gangplank: an error that nobody returns")

type cutError struct{ err error }

func (e *cutError) Error() string { return ErrorText(e.err) }

// StandsFor is for error pages: it is err that has failed, and to be named. Nobody
// should look into it.
func (e *cutError) StandsFor() error { return e.err }

func endless(err error, room *int) bool {
	if *room--; *room < 0 {
		return true
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return endless(e.Unwrap(), room)
	case interface{ Unwrap() []error }:
		for _, cause := range e.Unwrap() {
			if endless(cause, room) {
				return true
			}
		}
	}
	return false
}

// sound is Finite for an error that many will ask for its text, and for its status:
// it must not panic then, as a nil pointer does that somebody has returned as an
// error.
func sound(err error) error {
	if err = Finite(err); err == nil {
		return nil
	}
	if e, ours := err.(*HTTPError); ours && e.Cause == nil { // often a 404
		return err
	}
	if !hasStatus(err) {
		return &cutError{err}
	}
	if _, panics := textOf(err); panics {
		return &muteError{err}
	}
	return err
}

func hasStatus(err error) (ok bool) {
	defer func() { ok = recover() == nil }()
	StatusOf(err)
	return true
}

// muteError is an error whose method Error panics.
type muteError struct{ err error }

func (e *muteError) Error() string { return ErrorText(e.err) }

// StandsFor is that of cutError. What may be looked into is what Unwrap returns.
func (e *muteError) StandsFor() error { return e.err }

// Unwrap returns the error, but not a nil pointer, whose other methods would panic
// as well.
func (e *muteError) Unwrap() error {
	if v := reflect.ValueOf(e.err); v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	return e.err
}

// ErrorText returns the text of err, or, if its method Error panics, as that of a nil
// pointer may, one that says so. It is for logs: what it tells may be secret.
func ErrorText(err error) string {
	text, _ := textOf(err)
	return text
}

func textOf(err error) (text string, panics bool) {
	defer func() {
		if v := recover(); v != nil {
			text, panics = fmt.Sprintf("%T without a text: its method Error panics: %v", err, v), true
		}
	}()
	return err.Error(), false
}
